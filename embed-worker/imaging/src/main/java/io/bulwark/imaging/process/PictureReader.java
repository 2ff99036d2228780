package io.bulwark.imaging.process;

import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.pdq.PdqHash.PdqVariants;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.imaging.preview.Preview;
import io.bulwark.imaging.scaling.ScalingDetector.ScalingTrace;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Files of unknown origin to what moderation sees of them. Many threads may call it at once. */
public interface PictureReader {

    /**
     * Reads one file.
     *
     * @param file whole; not modified and not kept
     * @param hashes whether the PDQ hashes of its frames are wanted as well
     * @throws ReaderUnavailableException if there is no answer for a reason that is not the file's; the caller tries
     *     later
     */
    PictureRead read(byte[] file, boolean hashes);

    /** Files cannot be read for now, whatever they hold: no process can be started, or the reader was closed. */
    final class ReaderUnavailableException extends RuntimeException {

        ReaderUnavailableException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Files of unknown origin to what a person is shown of them. Many threads may call it at once. */
    interface PicturePreviewer {

        /**
         * Reads one file.
         *
         * @param file whole; not modified and not kept
         * @param strip whether every judged frame is wanted, side by side, and not the first alone
         * @return {@link PictureRead.Shown}, or why there is nothing to show
         * @throws ReaderUnavailableException if there is no answer for a reason that is not the file's; the caller tries
         *     later
         */
        PictureRead preview(byte[] file, boolean strip);
    }

    /** The result of reading a file. */
    sealed interface PictureRead {

        /**
         * It is a picture.
         *
         * @param views for the encoder, at least one
         * @param twinViews the same looks for the twin encoder; the very same list where both make the same views
         * @param hashes PDQ of each frame looked at; empty where they were not asked for
         * @param scaling what points at a picture that is hidden for another program's scaling; empty where nothing
         *     does, or the search is off
         * @param decoding time that bytes to pictures took
         * @param preprocessing time that pictures to views took, hashes and the look for hidden pictures included
         */
        record Seen(
                List<View> views,
                List<View> twinViews,
                List<PdqVariants> hashes,
                Optional<ScalingTrace> scaling,
                Duration decoding,
                Duration preprocessing)
                implements PictureRead {}

        /** It is a picture, and this is what a person is shown of it. */
        record Shown(Preview preview) implements PictureRead {}

        /** The decoder refuses it, for the reason given. */
        record Refused(DecodeResult.Refusal refusal, String detail) implements PictureRead {}

        /** It broke a step in an unforeseen way; {@code failure} says where, for the developer who fixes it. */
        record Broken(String failure) implements PictureRead {}

        /** It was not read in time. */
        record Overdue(Duration allowed) implements PictureRead {}

        /** Two processes died while they read it and nothing else; {@code how} is how the second one did. */
        record Deadly(String how) implements PictureRead {}
    }
}
