package io.livedub.cli;

import java.io.PrintWriter;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import io.livedub.Wiring;
import io.livedub.config.ConfigurationException;
import io.livedub.config.WorkerConfig;
import io.livedub.media.Component;
import io.livedub.media.MediaClock;
import io.livedub.media.MediaEngine;
import io.livedub.stream.StsProbe;

/** {@code stream-worker check}. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = "Finds GStreamer and every element it needs; says what is missing and which package brings it.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:everything is there", "1:something is missing, or STS did not answer"})
public class CheckCommand implements Callable<Integer> {
    @Option(
            names = "--sts",
            description = "Also connects to the STS service, sends one second of silence and reports the round trip.")
    boolean sts;

    @Mixin
    CommonOptions options = new CommonOptions();

    @Spec
    CommandSpec spec;

    @Override
    public Integer call() {
        options.toSystemProperties();
        WorkerConfig config = WorkerConfig.of(QuarkusLaunch.settings());
        Wiring wiring = new Wiring();
        MediaClock clock = wiring.clock();
        MediaEngine engine = wiring.engine(clock, wiring.authorities(config));
        PrintWriter out = spec.commandLine().getOut();
        boolean complete = elements(engine, out);
        boolean answered = !sts || (complete && roundTrip(config, wiring, clock, engine, out));
        out.flush();
        return complete && answered ? 0 : 1;
    }

    private static boolean elements(MediaEngine engine, PrintWriter out) {
        List<Component> components;
        try {
            components = engine.components();
        } catch (IllegalStateException missing) {
            out.println("GStreamer  MISSING  " + missing.getMessage());
            return false;
        }
        for (Component component : components) {
            out.printf(
                    Locale.ROOT,
                    "%-14s %s%n",
                    component.name(),
                    component.present() ? "found" : "MISSING: install " + component.debianPackage());
        }
        return components.stream().allMatch(Component::present);
    }

    private static boolean roundTrip(
            WorkerConfig config, Wiring wiring, MediaClock clock, MediaEngine engine, PrintWriter out) {
        URI service = config.sts()
                .serviceUrl()
                .orElseThrow(() -> new ConfigurationException(
                        "WORKER_STS_SERVICE_URL='' is not valid: allowed is http(s)://host:port or ws(s)://host:port"));
        StsProbe.ProbeResult result = new StsProbe(config, wiring.transports(), clock, engine).run();
        out.printf(Locale.ROOT, "%-14s %s: %s%n", "STS", service, result.detail());
        return result.answered();
    }
}
