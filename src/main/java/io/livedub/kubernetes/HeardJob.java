package io.livedub.kubernetes;

import java.util.List;

import io.smallrye.mutiny.Uni;

import io.livedub.config.SettingSources;
import io.livedub.config.StreamSettings;
import io.livedub.line.ParentWords;
import io.livedub.stream.StreamCommand;
import io.livedub.stream.events.StreamState;
import io.livedub.stream.supervision.FoundSettings;
import io.livedub.stream.supervision.RunningStream;

/** A stream in a Job that receives commands over its line. */
record HeardJob(JobStream job, JobVoice voice) implements RunningStream {
    @Override
    public Uni<StreamState> over() {
        return job.over();
    }

    @Override
    public void stop(String reason) {
        job.stop(reason);
    }

    @Override
    public void publisherGone() {
        job.publisherGone();
        voice.order(ParentWords.GONE);
    }

    @Override
    public void publisherThere() {
        job.publisherThere();
        voice.order(ParentWords.THERE);
    }

    @Override
    public boolean command(StreamCommand command) {
        return voice.order(command.line());
    }

    @Override
    public List<String> settings(StreamSettings before, StreamSettings now) {
        List<String> kept = StreamCommand.fromNextStart(before, now);
        voice.want(now);
        voice.orderKept(kept);
        return kept;
    }

    @Override
    public Uni<FoundSettings> found() {
        return Uni.createFrom().completionStage(voice.found());
    }

    @Override
    public void remember(SettingSources said) {
        voice.remember(said);
    }
}
