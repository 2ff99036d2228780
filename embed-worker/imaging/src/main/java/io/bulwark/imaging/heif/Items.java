package io.bulwark.imaging.heif;

import io.bulwark.imaging.ByteCursor;
import io.bulwark.imaging.RefusedException;
import io.bulwark.imaging.heif.Boxes.Box;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a file is made of, and how its parts refer to each other (ISO/IEC 14496-12, 8.11): pictures, tiles, metadata.
 *
 * @param primary number of the item that is the picture
 */
record Items(int primary, Map<Integer, Item> all, List<Reference> references) {

    private static final int HIDDEN = 1;

    /** @param flags offset of the byte in the file whose lowest bit hides the item */
    record Item(String type, int flags) {}

    /** One item names others. */
    record Reference(String type, int from, List<Integer> to) {}

    static Items of(Boxes meta) {
        Map<Integer, Item> all = new LinkedHashMap<>();
        Box list = meta.one("iinf");
        int countBytes = list.content().u8() == 0 ? 2 : 4;
        for (Box entry : list.inside(4 + countBytes).all("infe")) {
            item(entry, all);
        }
        List<Reference> references = new ArrayList<>();
        if (meta.has("iref")) {
            Box box = meta.one("iref");
            boolean wide = box.content().u8() > 0;
            for (Box each : box.inside(4).all()) {
                references.add(reference(each, wide));
            }
        }
        ByteCursor pitm = meta.one("pitm").content();
        boolean wide = pitm.u8() > 0;
        pitm.skip(3);
        int primary = id(pitm, wide);
        if (!all.containsKey(primary)) {
            throw RefusedException.corrupt("HEIF names a primary picture that it does not hold");
        }
        return new Items(primary, all, references);
    }

    private static void item(Box entry, Map<Integer, Item> all) {
        ByteCursor in = entry.content();
        int version = in.u8();
        if (version < 2 || version > 3) {
            throw RefusedException.corrupt("HEIF describes an item in version " + version + ", pictures are 2 or 3");
        }
        in.skip(2);
        int flags = in.skip(1);
        int id = id(in, version == 3);
        in.skip(2);
        if (all.put(id, new Item(Boxes.type(entry.file(), in), flags)) != null) {
            throw RefusedException.corrupt("HEIF gives two items one number");
        }
    }

    private static Reference reference(Box box, boolean wide) {
        ByteCursor in = box.content();
        int from = id(in, wide);
        int count = in.u16();
        List<Integer> to = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            to.add(id(in, wide));
        }
        return new Reference(box.type(), from, to);
    }

    static int id(ByteCursor in, boolean wide) {
        return wide ? in.i32() : in.u16();
    }

    String type(int id) {
        Item item = all.get(id);
        if (item == null) {
            throw RefusedException.corrupt("HEIF refers to an item that it does not hold");
        }
        return item.type();
    }

    /** What an item is put together from. */
    List<Integer> parts(int id) {
        return references.stream()
                .filter(reference -> reference.type().equals("dimg") && reference.from() == id)
                .flatMap(reference -> reference.to().stream())
                .toList();
    }

    /** What belongs to an item without being seen by itself: alpha, depth, light. */
    List<Integer> auxiliaries(int id) {
        return references.stream()
                .filter(reference ->
                        reference.type().equals("auxl") && reference.to().contains(id))
                .map(Reference::from)
                .toList();
    }

    boolean has(String referenceType) {
        return references.stream().anyMatch(reference -> reference.type().equals(referenceType));
    }

    /** The file with everything hidden but the primary picture. */
    byte[] primaryAlone(byte[] file) {
        byte[] copy = file.clone();
        all.forEach((id, item) -> {
            if (id != primary) {
                copy[item.flags()] |= HIDDEN;
            } else if ((copy[item.flags()] & HIDDEN) != 0) {
                throw RefusedException.unsupported("HEIF hides its primary picture: viewers differ in what they show");
            }
        });
        return copy;
    }
}
