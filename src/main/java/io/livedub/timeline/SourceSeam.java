package io.livedub.timeline;

import java.util.List;
import java.util.zip.CRC32C;

import io.livedub.media.Frame;

/**
 * Where one process has stopped reading a source, described so that another process finds the place in what it reads itself. Servers may
 * stamp frames differently for each reader, so the last pictures are described by their content.
 *
 * @param stretch where the timeline stands behind the last frame
 * @param pictures the last ones, in the order in which they came
 * @param lastSoundNs time of the last sound, as the first reader's source counts, moved beside the picture
 * @param arrivalNs clock time at which the last picture arrived
 */
public record SourceSeam(SourceStretch stretch, List<SeamPicture> pictures, long lastSoundNs, long arrivalNs) {
    /** One picture alone may look like another: a still scene is coded the same again and again. */
    public static final int MOST_PICTURES = 8;

    /**
     * A picture as two readers see it.
     *
     * @param sourcePtsNs presentation time as the first reader's source counts
     */
    public record SeamPicture(long sourcePtsNs, int length, int sum) {
        public static SeamPicture of(Frame frame, long sourcePtsNs) {
            CRC32C sum = new CRC32C();
            frame.bytes().sumUp(sum);
            return new SeamPicture(sourcePtsNs, frame.size(), (int) sum.getValue());
        }

        public boolean isLike(SeamPicture other) {
            return length == other.length && sum == other.sum;
        }
    }

    /** The same for a clock that is {@code byNs} ahead of the one that it was taken by. */
    public SourceSeam shift(long byNs) {
        return new SourceSeam(stretch, pictures, lastSoundNs, arrivalNs + byNs);
    }
}
