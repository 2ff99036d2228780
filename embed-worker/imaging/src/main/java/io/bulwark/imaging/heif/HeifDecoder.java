package io.bulwark.imaging.heif;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.ImageFormat;
import io.bulwark.imaging.PixelBudget;
import io.bulwark.imaging.PixelBudget.Lease;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.RefusedException;
import io.bulwark.imaging.ScratchFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BiFunction;

/** Decodes the primary picture of a HEIC or AVIF file by a command. One thread uses it, for one file. */
public final class HeifDecoder {

    /** Samples of a decoded PNG. */
    private static final int PNG_BYTES_PER_PIXEL = 4;

    /** Rows of a decode in progress, at most 65,535 pixels of four 16-bit channels each, and what chunks need. */
    private static final int PNG_FIXED_BYTES = 2 << 20;

    /** Signature and length and type of the header, before width and height. */
    private static final int PNG_SIZE_OFFSET = 16;

    private final Lease lease;
    private final HeifCommand command;
    private final BiFunction<byte[], Lease, DecodeResult> png;

    /** @param png decodes what the command writes, within a separate lease */
    public HeifDecoder(Lease lease, HeifCommand command, BiFunction<byte[], Lease, DecodeResult> png) {
        this.lease = lease;
        this.command = command;
        this.png = png;
    }

    /**
     * Decodes a file.
     *
     * @throws UncheckedIOException if this machine cannot run the command, whatever the file is
     */
    public DecodeResult decode(byte[] file) {
        if (command.isNone()) {
            throw RefusedException.unsupported(
                    "The file is a HEIF or AVIF, which only a command decodes: install heif-dec"
                            + " (Debian's libheif-examples) and leave bulwark.decode.heif-command at auto, or name one there");
        }
        HeifFile heif = HeifFile.read(file, lease);
        try (HeifFolder folder = HeifFolder.open()) {
            Files.write(folder.input(), heif.primaryAlone());
            int exitCode = command.decode(folder, heif.pixels());
            if (exitCode != 0 || !Files.isRegularFile(folder.output())) {
                throw RefusedException.corrupt("HEIF that its decoder ends at with exit code " + exitCode);
            }
            return answer(folder.output(), heif.pixels());
        } catch (IOException machine) {
            throw new UncheckedIOException(machine);
        }
    }

    /** What the command wrote, as little to be trusted as the file. */
    DecodeResult answer(Path output, long pixels) throws IOException {
        long pngBytes = Files.size(output);
        int[] size = size(output);
        if ((long) size[0] * size[1] > pixels) {
            throw RefusedException.corrupt("HEIF holds more pixels than it says");
        }
        long room = pixels * PNG_BYTES_PER_PIXEL + PNG_FIXED_BYTES;
        lease.reserveBytes(HeifFile.NAME, size[0], size[1], pngBytes + room);
        DecodeLimits limits = lease.limits().withMemoryBytes(room);
        try (Lease inside = new PixelBudget(limits).lease()) {
            return png.apply(Files.readAllBytes(output), inside) instanceof Decoded decoded
                    ? Decoded.still(
                            ImageFormat.HEIF.title(), upright(decoded.frames().get(0)))
                    : refusedPng();
        }
    }

    private static DecodeResult refusedPng() {
        throw RefusedException.corrupt("HEIF becomes no PNG");
    }

    private static int[] size(Path output) throws IOException {
        try (var in = Files.newInputStream(output)) {
            ByteBuffer start = ByteBuffer.wrap(in.readNBytes(PNG_SIZE_OFFSET + 8));
            if (start.limit() < PNG_SIZE_OFFSET + 8) {
                throw RefusedException.corrupt("HEIF becomes no PNG");
            }
            return new int[] {start.getInt(PNG_SIZE_OFFSET), start.getInt(PNG_SIZE_OFFSET + 4)};
        }
    }

    /** EXIF's orientation comes along, but the picture has been turned as the file says. */
    private static Raster upright(Raster raster) {
        return new Raster(
                raster.mode(), raster.width(), raster.height(), raster.samples(), raster.palette(), 1, raster.colour());
    }

    /** A folder for one file, its command's input and output. */
    record HeifFolder(ScratchFolder folder) implements AutoCloseable {

        private static final String KIND = "bulwark-heif-";

        static HeifFolder open() throws IOException {
            return openIn(parent());
        }

        /** Where all of them lie. */
        static Path parent() {
            return Path.of(System.getProperty("java.io.tmpdir"));
        }

        static HeifFolder openIn(Path parent) throws IOException {
            return new HeifFolder(ScratchFolder.open(parent, KIND));
        }

        Path input() {
            return folder.path().resolve("in.heif");
        }

        /** The command chooses the format by the suffix. */
        Path output() {
            return folder.path().resolve("out.png");
        }

        /** Bytes that may still be written there. */
        long usableBytes() throws IOException {
            return Files.getFileStore(folder.path()).getUsableSpace();
        }

        /** Bytes of the file system that it lies in; 0 where that does not say. */
        long totalBytes() throws IOException {
            return Files.getFileStore(folder.path()).getTotalSpace();
        }

        @Override
        public void close() throws IOException {
            folder.close();
        }
    }
}
