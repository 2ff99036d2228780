package io.bulwark.lab.data;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** Small sets of made-up pictures in the layouts in which the paper's data sets are published. A seed repeats a set. */
public final class PublishedSets {

    /** BAPPS' sets, as their folders are called. */
    public static final List<String> BAPPS =
            List.of("cnn", "color", "deblur", "frameinterp", "superres", "traditional");

    private static final int SIDE = 48;

    private PublishedSets() {}

    /** NIGHTS: triplets of both halves of the test split by turns. People chose the side that is nearer. */
    public static Path nights(Path folder, int ofEachHalf, long seed) throws IOException {
        StringBuilder listing = new StringBuilder(
                "id,left_vote,right_vote,votes,ref_path,left_path,right_path,prompt,split,is_imagenet\n");
        Random random = new Random(seed);
        for (int i = 0; i < 2 * ofEachHalf; i++) {
            int right = random.nextInt(2);
            String[] names = {
                "ref/%03d.png".formatted(i), "distort/%03d_0.png".formatted(i), "distort/%03d_1.png".formatted(i)
            };
            write(folder, names, right == 1, random.nextLong());
            listing.append("%d,%d,%d,7,%s,\"made up, %d\",test,%s%n"
                    .formatted(i, 1 - right, right, String.join(",", names), i, i % 2 == 0 ? "True" : "False"));
        }
        Files.writeString(folder.resolve("data.csv"), listing);
        return folder;
    }

    /** BAPPS: triplets of each of the six sets; one in five people disagrees. */
    public static Path bapps(Path folder, int ofEachSet, long seed) throws IOException {
        Random random = new Random(seed);
        for (String set : BAPPS) {
            for (int i = 0; i < ofEachSet; i++) {
                int right = random.nextInt(2);
                String file = "%06d.png".formatted(i);
                String[] names = {set + "/ref/" + file, set + "/p0/" + file, set + "/p1/" + file};
                write(folder, names, right == 1, random.nextLong());
                Path judge = folder.resolve(set).resolve("judge/%06d.npy".formatted(i));
                Files.createDirectories(judge.getParent());
                Files.write(judge, npy(right == 1 ? 0.8f : 0.2f));
            }
        }
        return folder;
    }

    /** THINGS: a picture of each object, and triplets of them. */
    public static Path things(Path folder, int objects, int triplets, long seed) throws IOException {
        Random random = new Random(seed);
        List<String> list = new ArrayList<>();
        for (int i = 0; i < objects; i++) {
            String name = "object%d/object%d_01b.png".formatted(i, i);
            TestPictures.write(folder.resolve("Images").resolve(name), SIDE, SIDE, random.nextLong());
            list.add(name);
        }
        Files.write(folder.resolve("things_first_imgs_idx.txt"), list);
        List<String> lines = new ArrayList<>(List.of("image1\timage2\timage3\tchoice\tsubject"));
        for (int i = 0; i < triplets; i++) {
            List<Integer> three =
                    random.ints(1, objects + 1).distinct().limit(3).boxed().toList();
            lines.add(three.stream().map(String::valueOf).collect(Collectors.joining("\t")) + "\t"
                    + (1 + random.nextInt(3)) + "\tP" + i);
        }
        Files.write(folder.resolve("triplets_large_final_correctednc_correctedorder.csv"), lines);
        return folder;
    }

    /** Oxford: queries with one easy and one hard answer each, of the revisited ground truth. */
    public static Path landmarks(Path folder, int queries, long seed) throws IOException {
        Random random = new Random(seed);
        List<String> gallery = new ArrayList<>();
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < queries; i++) {
            long own = random.nextLong();
            BufferedImage scene = TestPictures.image(SIDE, SIDE, own);
            BufferedImage other = TestPictures.image(SIDE, SIDE, random.nextLong());
            jpg(folder, "query%d".formatted(i), scene);
            jpg(folder, "easy%d".formatted(i), mixed(scene, other, 0.1));
            jpg(folder, "hard%d".formatted(i), mixed(scene, other, 0.5));
            gallery.add("\"easy%d\", \"hard%d\"".formatted(i, i));
            answers.add("{\"bbx\": [0, 0, %d, %d], \"easy\": [%d], \"hard\": [%d], \"junk\": []}"
                    .formatted(SIDE, SIDE, 2 * i, 2 * i + 1));
        }
        Files.writeString(
                folder.resolve("gnd.json"),
                "{\"imlist\": [%s], \"qimlist\": [%s], \"gnd\": [%s]}"
                        .formatted(
                                String.join(", ", gallery),
                                IntStream.range(0, queries)
                                        .mapToObj("\"query%d\""::formatted)
                                        .collect(Collectors.joining(", ")),
                                String.join(", ", answers)));
        return folder;
    }

    /** One's own labelled pictures: references and queries, in a folder for each of two classes. */
    public static Path labelled(Path folder, int references, int queries, long seed) throws IOException {
        Random random = new Random(seed);
        for (String label : List.of("one", "two")) {
            BufferedImage scene = TestPictures.image(SIDE, SIDE, random.nextLong());
            for (int i = 0; i < references + queries; i++) {
                Path file = folder.resolve(i < references ? "references" : "queries")
                        .resolve(label)
                        .resolve("%03d.png".formatted(i));
                Files.createDirectories(file.getParent());
                BufferedImage other = TestPictures.image(SIDE, SIDE, random.nextLong());
                ImageIO.write(mixed(scene, other, 0.4), "png", file.toFile());
            }
        }
        return folder;
    }

    /** A reference, and two copies that are mixed with another picture, one of them more. */
    private static void write(Path folder, String[] names, boolean rightIsNear, long seed) throws IOException {
        BufferedImage reference = TestPictures.image(SIDE, SIDE, seed);
        BufferedImage other = TestPictures.image(SIDE, SIDE, seed + 1);
        BufferedImage near = mixed(reference, other, 0.2);
        BufferedImage far = mixed(reference, other, 0.4);
        BufferedImage[] pictures = {reference, rightIsNear ? far : near, rightIsNear ? near : far};
        for (int i = 0; i < names.length; i++) {
            Path file = folder.resolve(names[i]);
            Files.createDirectories(file.getParent());
            ImageIO.write(pictures[i], "png", file.toFile());
        }
    }

    private static void jpg(Path folder, String name, BufferedImage image) throws IOException {
        Path file = folder.resolve("jpg").resolve(name + ".jpg");
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "jpg", file.toFile());
    }

    private static BufferedImage mixed(BufferedImage one, BufferedImage two, double share) {
        BufferedImage mixed = new BufferedImage(one.getWidth(), one.getHeight(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < one.getHeight(); y++) {
            for (int x = 0; x < one.getWidth(); x++) {
                int rgb = 0;
                for (int shift = 16; shift >= 0; shift -= 8) {
                    int a = one.getRGB(x, y) >> shift & 0xFF;
                    int b = two.getRGB(x, y) >> shift & 0xFF;
                    rgb = rgb << 8 | (int) Math.round(a + share * (b - a));
                }
                mixed.setRGB(x, y, rgb);
            }
        }
        return mixed;
    }

    /** What {@code np.save} writes of one F32. */
    private static byte[] npy(float value) {
        byte[] header =
                "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }\n".getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(10 + header.length + 4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
                .putShort((short) header.length)
                .put(header)
                .putFloat(value)
                .array();
    }
}
