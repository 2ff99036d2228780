package io.bulwark.imaging.parity;

import io.bulwark.imaging.heif.HeifCommand;
import io.bulwark.imaging.heif.HeifFiles;
import java.util.List;

/** AVIF, where this machine decodes it: depth, alpha, mirrors, sequences. Chromium knows no HEIC. */
final class AvifFiles {

    private AvifFiles() {}

    static List<ParityFile> all() {
        if (HeifCommand.onThisMachine().isNone()) {
            return List.of();
        }
        return List.of(
                ParityFile.lossless("avif-lossless.avif", HeifFiles.file("lossless.avif")),
                ParityFile.lossy("avif-deep.avif", HeifFiles.file("deep.avif")),
                ParityFile.lossy("avif-alpha.avif", HeifFiles.file("alpha.avif")),
                ParityFile.lossy("avif-mirrored.avif", HeifFiles.file("mirrored.avif")),
                ParityFile.lossy("avif-sequence.avif", HeifFiles.file("sequence.avif"))
                        .refused(),
                ParityFile.lossy("avif-heic.avif", HeifFiles.file("grid.heic")).notShown());
    }
}
