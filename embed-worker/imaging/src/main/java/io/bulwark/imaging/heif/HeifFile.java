package io.bulwark.imaging.heif;

import io.bulwark.imaging.ByteCursor;
import io.bulwark.imaging.ImageFormat;
import io.bulwark.imaging.PixelBudget.Lease;
import io.bulwark.imaging.RefusedException;
import io.bulwark.imaging.heif.Boxes.Box;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

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

    /** Pixels that encoders add to a side to make blocks whole, and a crop takes away again, are fewer than this. */
    private static final int PADDING = 16;

    /** Encoders bring up to this what is smaller on both sides. */
    private static final int LEAST_CODED = 64;

    /** @throws RefusedException if the file is broken, too large, or might be shown in another way than it is judged */
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
        return RefusedException.unsupported("The file is a sequence of HEIF or AVIF pictures, only stills are decoded");
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
