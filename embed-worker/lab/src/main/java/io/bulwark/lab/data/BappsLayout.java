package io.bulwark.lab.data;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * BAPPS' 2AFC part (Zhang et al., "The Unreasonable Effectiveness of Deep Features as a Perceptual Metric", CVPR 2018):
 * folders {@code ref}, {@code p0}, {@code p1} of pictures and {@code judge} of NumPy files, one number each, the share
 * of people who chose {@code p1}. A folder that holds such folders below it (as {@code 2afc/val} holds {@code cnn},
 * {@code traditional}, ...) is read with all of them.
 */
public final class BappsLayout {

    private static final String JUDGEMENTS = "judge";

    private static final List<String> PICTURES = List.of(".png", ".jpg", ".jpeg");

    private BappsLayout() {}

    /**
     * All triplets below a folder, in the order of their names.
     *
     * @throws DataLayoutException if there is none, a picture or the judgement of one is missing, or a judgement is no
     *     share
     */
    public static List<Triplet> read(Path folder) {
        List<Triplet> triplets = new ArrayList<>();
        List<Path> judgements = judgements(folder);
        sets(folder).forEach(BappsLayout::requireJudged);
        for (Path judge : judgements) {
            Path set = judge.getParent().getParent();
            String stem = stem(judge);
            triplets.add(new Triplet(
                    folder.relativize(set).resolve(stem).toString(),
                    picture(set.resolve("ref"), stem),
                    picture(set.resolve("p0"), stem),
                    picture(set.resolve("p1"), stem),
                    share(judge)));
        }
        if (triplets.isEmpty()) {
            throw new DataLayoutException(
                    folder, "holds no BAPPS triplets; wanted are folders ref, p0, p1 and judge, in it or below it");
        }
        return triplets;
    }

    /**
     * The triplets of each set below a folder, by the set's path, in the order of their names, with the answer of most
     * people instead of their share, as Croce et al. score it: right where more than half chose {@code p1}.
     *
     * @throws DataLayoutException as {@link #read}
     */
    public static Map<String, List<Triplet>> decided(Path folder) {
        Map<String, List<Triplet>> sets = new LinkedHashMap<>();
        for (Triplet triplet : read(folder)) {
            Path set = Path.of(triplet.id()).getParent();
            sets.computeIfAbsent(set == null ? "" : set.toString(), name -> new ArrayList<>())
                    .add(triplet.decided());
        }
        return sets;
    }

    private static List<Path> judgements(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".npy"))
                    .filter(file -> file.getParent().endsWith(JUDGEMENTS))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new DataLayoutException(folder, "cannot be read: " + e, e);
        }
    }

    /** Those without any answer, too. */
    private static List<Path> sets(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.endsWith("ref") || file.endsWith(JUDGEMENTS))
                    .filter(Files::isDirectory)
                    .map(Path::toAbsolutePath)
                    .map(Path::getParent)
                    .distinct()
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new DataLayoutException(folder, "cannot be read: " + e, e);
        }
    }

    /** A picture without an answer would silently be no question. */
    private static void requireJudged(Path set) {
        for (String part : List.of("ref", "p0", "p1")) {
            try (Stream<Path> files = Files.list(set.resolve(part))) {
                files.filter(file -> PICTURES.stream().anyMatch(file.toString()::endsWith))
                        .filter(file ->
                                !Files.isRegularFile(set.resolve(JUDGEMENTS).resolve(stem(file) + ".npy")))
                        .sorted()
                        .findFirst()
                        .ifPresent(file -> {
                            throw new DataLayoutException(
                                    file, "has no answer in %s/%s.npy".formatted(JUDGEMENTS, stem(file)));
                        });
            } catch (IOException e) {
                throw new DataLayoutException(set.resolve(part), "cannot be read: " + e, e);
            }
        }
    }

    private static double share(Path judge) {
        double share = NpyNumber.read(judge);
        if (!(share >= 0 && share <= 1)) {
            throw new DataLayoutException(judge, "holds %s, a share of people is in [0, 1]".formatted(share));
        }
        return share;
    }

    private static PictureSource.PictureFile picture(Path folder, String stem) {
        return PICTURES.stream()
                .map(extension -> folder.resolve(stem + extension))
                .filter(Files::isRegularFile)
                .findFirst()
                .map(PictureSource.PictureFile::of)
                .orElseThrow(() -> new DataLayoutException(
                        folder, "holds no picture '%s' (png or jpg), which judge has an answer for".formatted(stem)));
    }

    private static String stem(Path file) {
        String name = file.getFileName().toString();
        return name.substring(0, name.lastIndexOf('.'));
    }

    /** One number in NumPy's file format (NEP 1, versions 1 and 2): all that BAPPS stores in it. */
    static final class NpyNumber {

        private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
        private static final Pattern TYPE = Pattern.compile("'descr':\\s*'([^']*)'");
        private static final Pattern SHAPE = Pattern.compile("'shape':\\s*\\(([^)]*)\\)");

        private NpyNumber() {}

        /** @throws DataLayoutException if the file is anything but one little-endian float of 4 or 8 bytes */
        static double read(Path file) {
            try {
                ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
                for (byte expected : MAGIC) {
                    if (bytes.get() != expected) {
                        throw new DataLayoutException(file, "is no NumPy file");
                    }
                }
                int version = bytes.get();
                bytes.get();
                byte[] header = new byte[headerLength(bytes, version)];
                bytes.get(header);
                return value(file, bytes, new String(header, StandardCharsets.ISO_8859_1));
            } catch (BufferUnderflowException e) {
                throw new DataLayoutException(file, "ends before its number", e);
            } catch (IOException e) {
                throw new DataLayoutException(file, "cannot be read: " + e, e);
            }
        }

        /** Never more than what is left, so that a header cannot ask for memory. */
        private static int headerLength(ByteBuffer bytes, int version) {
            long length = version == 1 ? Short.toUnsignedInt(bytes.getShort()) : Integer.toUnsignedLong(bytes.getInt());
            if (length > bytes.remaining()) {
                throw new BufferUnderflowException();
            }
            return (int) length;
        }

        private static double value(Path file, ByteBuffer bytes, String header) {
            Matcher shape = SHAPE.matcher(header);
            if (!shape.find() || !shape.group(1).replaceAll("[1,\\s]", "").isEmpty()) {
                throw new DataLayoutException(file, "holds no single number: " + header.strip());
            }
            Matcher type = TYPE.matcher(header);
            String name = type.find() ? type.group(1) : "nothing";
            return switch (name) {
                case "<f4" -> bytes.getFloat();
                case "<f8" -> bytes.getDouble();
                default ->
                    throw new DataLayoutException(
                            file, "holds numbers of type %s, read are <f4 and <f8".formatted(name));
            };
        }
    }
}
