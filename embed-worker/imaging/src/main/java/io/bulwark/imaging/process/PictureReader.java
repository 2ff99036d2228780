package io.bulwark.imaging.process;

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
}
