package io.bulwark.imaging.heif;

import io.bulwark.imaging.ByteCursor;
import io.bulwark.imaging.heif.Boxes.Box;
import java.util.ArrayList;
import java.util.List;

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
