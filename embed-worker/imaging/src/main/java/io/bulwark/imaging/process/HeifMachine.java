package io.bulwark.imaging.process;

import io.bulwark.imaging.DecodeResult.Refusal;
import io.bulwark.imaging.ImageFormat;
import io.bulwark.imaging.RefusedException;
import io.bulwark.imaging.heif.HeifCommand;
import io.bulwark.imaging.process.PictureReader.PictureRead;
import java.util.Optional;
import java.util.function.LongFunction;

/**
 * Whether this machine can decode HEIC and AVIF: their command is a program outside of the worker, and writes to the
 * temporary folder. A program that was removed and a folder that is full look like a broken file to the process that
 * reads it.
 *
 * <p>The worker looks for itself ({@link HeifCommand#lack}) and believes nothing that a decoder process says of the
 * machine: a file that takes the process over, or whose command ends as if it were missing, would be read again for
 * ever, and with it what waits behind it. Any thread.
 */
final class HeifMachine {

    private final boolean decodes;
    private final long room;
    private final LongFunction<Optional<String>> lack;

    /** Bytes that a file had to have in the temporary folder when something was lacking; 0 while nothing is. */
    private volatile long missed;

    HeifMachine(ReaderSettings settings) {
        this(settings, settings.heif()::lack);
    }

    /** @param lack says what is lacking where that number of bytes of the temporary folder has to be free */
    HeifMachine(ReaderSettings settings, LongFunction<Optional<String>> lack) {
        this.decodes = !settings.heif().isNone();
        this.room = HeifCommand.room(settings.limits());
        this.lack = lack;
    }

    /**
     * Whether an answer may be the machine's fault: it calls a HEIC or AVIF corrupt, or says that it broke the decoder.
     */
    boolean mayExplain(byte[] file, PictureRead answer) {
        boolean failed = answer instanceof PictureRead.Broken
                || answer instanceof PictureRead.Refused refused && refused.refusal() == Refusal.CORRUPT_IMAGE;
        return failed && decodes && isHeif(file);
    }

    /**
     * Whether a file may have lacked something while others were read beside it, each of which takes room for a while.
     * Then only a try without the others can say.
     *
     * @param others files that are read at once, at most
     */
    boolean mayLackBeside(byte[] file, int others) {
        return lack.apply(others * room + file.length).isPresent();
    }

    /**
     * Looks whether the machine has what a file needs, while no other file is read.
     *
     * @throws PictureReader.ReaderUnavailableException if not: the file is to be read later
     */
    void require(byte[] file) {
        if (decodes && isHeif(file)) {
            long needed = room + file.length;
            lack.apply(needed).ifPresent(what -> {
                missed = needed;
                throw new PictureReader.ReaderUnavailableException(what, null);
            });
        }
    }

    /**
     * The same, if something was lacking when the last file had to be put off: such a file costs no process then.
     *
     * @throws PictureReader.ReaderUnavailableException if it is lacking still
     */
    void requireAgain(byte[] file) {
        if (missed > 0 && isHeif(file)) {
            lack().ifPresent(what -> {
                throw new PictureReader.ReaderUnavailableException(what, null);
            });
        }
    }

    /** What was lacking when a file had to be put off, and is lacking still. */
    Optional<String> lack() {
        long needed = missed;
        if (needed == 0) {
            return Optional.empty();
        }
        Optional<String> still = lack.apply(needed);
        if (still.isEmpty()) {
            missed = 0;
        }
        return still;
    }

    private static boolean isHeif(byte[] file) {
        try {
            return ImageFormat.sniff(file) == ImageFormat.HEIF;
        } catch (RefusedException noPicture) {
            return false;
        }
    }
}
