package io.bulwark.imaging.heif;

import io.bulwark.imaging.ByteCursor;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.ImageFormat;
import io.bulwark.imaging.PixelBudget;
import io.bulwark.imaging.PixelBudget.Lease;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.RefusedException;
import io.bulwark.imaging.ScratchFolder;
import io.bulwark.imaging.heif.Boxes.Box;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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

    /**
     * What is read of a file before anything decodes it. See the package for what is refused.
     *
     * @param pixels of the primary picture, as the file says
     * @param primaryAlone the file with all other pictures hidden
     */
    record HeifFile(long pixels, byte[] primaryAlone) {

        static final String NAME = "HEIF";

        private static final Set<String> SEQUENCES = Set.of("msf1", "hevc", "hevx", "hevm", "hevs", "avis");
        private static final Set<String> CODED = Set.of("hvc1", "av01");
        private static final Set<String> LAYERS = Set.of("a1op", "a1lx", "lsel");

        /** Transformations in the order that viewers apply them in (ISO/IEC 23000-22, 7.3.6.7). */
        private static final List<String> TRANSFORMATIONS = List.of("clap", "irot", "imir");

        /**
         * Pixels that encoders add to a side to make blocks whole, and a crop takes away again, are fewer than this.
         */
        private static final int PADDING = 16;

        /** Encoders bring up to this what is smaller on both sides. */
        private static final int LEAST_CODED = 64;

        /**
         * @throws RefusedException if the file is broken, too large, or might be shown in another way than it is
         *     judged
         */
        static HeifFile read(byte[] file, Lease lease) {
            if (ImageFormat.heifBrands(file).stream().anyMatch(SEQUENCES::contains)) {
                throw sequence();
            }
            Boxes boxes = new Boxes(file, 0, file.length);
            boxes.one("ftyp");
            if (boxes.has("moov")) {
                throw sequence();
            }
            Boxes meta = boxes.one("meta").inside(4);
            Items items = Items.of(meta);
            requireKnownCodecs(items);
            Properties properties = Properties.of(meta, items.primary());
            return new HeifFile(pixels(properties, lease), items.primaryAlone(file));
        }

        private static RefusedException sequence() {
            return RefusedException.unsupported(
                    "The file is a sequence of HEIF or AVIF pictures, only stills are decoded");
        }

        private static void requireKnownCodecs(Items items) {
            requireKnownCodec(items, items.primary());
            items.auxiliaries(items.primary()).forEach(auxiliary -> requireKnownCodec(items, auxiliary));
            if (items.has("prem")) {
                throw RefusedException.unsupported("HEIF has premultiplied alpha, which is not undone");
            }
        }

        private static void requireKnownCodec(Items items, int id) {
            String type = items.type(id);
            boolean known = type.equals("grid")
                    ? items.parts(id).stream().map(items::type).allMatch(CODED::contains)
                    : CODED.contains(type);
            if (!known) {
                throw RefusedException.unsupported("HEIF's primary picture is neither HEVC, AV1 nor a grid of those");
            }
        }

        private static long pixels(Properties properties, Lease lease) {
            for (Box property : properties.all()) {
                if (property.type().equals("ispe")) {
                    ByteCursor size = size(property);
                    lease.checkPixels(NAME, unsigned(size), unsigned(size));
                } else if (LAYERS.contains(property.type())) {
                    throw RefusedException.unsupported("HEIF has layers: viewers differ in the one that they show");
                }
            }
            List<Box> sizes = properties.ofPrimary("ispe");
            if (sizes.size() != 1) {
                throw RefusedException.corrupt("HEIF gives its primary picture " + sizes.size() + " sizes");
            }
            ByteCursor size = size(sizes.get(0));
            long width = unsigned(size);
            long height = unsigned(size);
            int last = -1;
            for (Box transformation : properties.ofPrimary("clap", "irot", "imir")) {
                int place = TRANSFORMATIONS.indexOf(transformation.type());
                if (place <= last) {
                    throw RefusedException.unsupported("HEIF turns its picture in an order that viewers differ in");
                }
                last = place;
                if (place == 0 && Math.max(width, height) > LEAST_CODED) {
                    ByteCursor crop = transformation.content();
                    requirePadding(crop, width);
                    requirePadding(crop, height);
                }
            }
            return width * height;
        }

        private static ByteCursor size(Box property) {
            ByteCursor in = property.content();
            in.skip(4);
            return in;
        }

        /** A side of the crop is a fraction. */
        private static void requirePadding(ByteCursor crop, long side) {
            long numerator = unsigned(crop);
            long denominator = unsigned(crop);
            if (denominator == 0 || numerator > side * denominator || numerator <= (side - PADDING) * denominator) {
                throw RefusedException.unsupported(
                        "HEIF leaves out a part of its picture that some viewers show: of a side, fewer than " + PADDING
                                + " pixels may be cropped");
            }
        }

        private static long unsigned(ByteCursor in) {
            return in.i32() & 0xffffffffL;
        }

        /**
         * Properties of items (ISO/IEC 23008-12, 6.5 and 9.3): sizes, crops, turns.
         *
         * @param all of the file
         * @param ofPrimary those of one item, in the order in which they are applied
         */
        record Properties(List<Box> all, List<Box> ofPrimary) {

            static Properties of(Boxes meta, int primary) {
                Boxes boxes = meta.one("iprp").inside(0);
                List<Box> all = boxes.one("ipco").inside(0).all();
                List<Box> own = new ArrayList<>();
                for (Box association : boxes.all("ipma")) {
                    associate(association, all, primary, own);
                }
                return new Properties(all, own);
            }

            private static void associate(Box box, List<Box> all, int primary, List<Box> own) {
                ByteCursor in = box.content();
                boolean wide = in.u8() > 0;
                in.skip(2);
                boolean manyProperties = (in.u8() & 1) != 0;
                int items = in.i32();
                for (int i = 0; i < items; i++) {
                    int id = Items.id(in, wide);
                    int count = in.u8();
                    for (int j = 0; j < count; j++) {
                        // The highest bit says that a reader must know the property; the numbers begin with 1.
                        int number = manyProperties ? in.u16() & 0x7fff : in.u8() & 0x7f;
                        if (id == primary && number > 0 && number <= all.size()) {
                            own.add(all.get(number - 1));
                        }
                    }
                }
            }

            /** Those of the primary picture that have one of these types, in order. */
            List<Box> ofPrimary(String... types) {
                return ofPrimary.stream()
                        .filter(box -> List.of(types).contains(box.type()))
                        .toList();
            }
        }
    }
}
