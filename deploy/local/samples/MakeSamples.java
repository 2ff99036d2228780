import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Image;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/**
 * Makes the sample pictures out of Debian's package openclipart-png, the same ones each time:
 *
 * <pre>
 * java deploy/local/samples/MakeSamples.java /usr/share/openclipart/png deploy/local/samples
 * </pre>
 *
 * It writes bank/LABEL/, held-out/LABEL/ and ORIGIN.csv. ORIGIN.md says how the labels were chosen.
 */
public class MakeSamples {

    static final int LONGEST_SIDE = 320;
    static final int LEAST_SIDE = 100;
    static final long MOST_PIXELS = 4_000_000;
    /** Beyond 3:2 the worker looks at tiles as well, which are no references of this bank. */
    static final double WIDEST = 1.5;
    /** Share of the picture that is not white: a few pictures are a dot in a corner. */
    static final double LEAST_INK = 0.08;
    /** Mean difference of two thumbnails, of 255, below which pictures count as copies of each other. */
    static final double LEAST_DIFFERENCE = 8;
    /** A PNG of at most this size stays one, a larger picture becomes a JPEG. */
    static final int MOST_PNG_BYTES = 16_000;

    /**
     * Cards of each deck, two in five held out. From each other folder OF_FOLDER pictures are taken, one in four held
     * out.
     */
    static final int OF_DECK = 20;

    static final int OF_FOLDER = 8;

    static final List<String> DECKS = List.of("simple", "bordered", "ornamental");

    /** The unflagged labels and their folders. */
    static final Map<String, List<String>> SAFE = new LinkedHashMap<>();

    static {
        SAFE.put("animals", List.of("animals/birds", "animals/bugs", "animals/mammals"));
        SAFE.put("buildings", List.of("buildings", "buildings/homes"));
        SAFE.put("food", List.of("food/beverages", "food/desserts", "food/fruit"));
        SAFE.put("leisure", List.of("recreation/music", "recreation/sports", "recreation/toys"));
        SAFE.put("maps", List.of("geography"));
        SAFE.put("plants", List.of("plants", "plants/flowers"));
        SAFE.put(
                "signs",
                List.of(
                        "shapes/arrows",
                        "signs_and_symbols/flags/africa",
                        "signs_and_symbols/flags/europe",
                        "signs_and_symbols/map_symbols",
                        "signs_and_symbols/weather"));
        SAFE.put(
                "things",
                List.of(
                        "computer/hardware",
                        "education/books",
                        "electronics",
                        "office",
                        "people/clothing/hats",
                        "tools"));
        SAFE.put(
                "transport",
                List.of("transportation/boating", "transportation/roadsigns", "transportation/vehicles"));
    }

    /**
     * Parts of the names of files that are not for strangers (weapons, alcohol, smoking, portraits), carry a brand, are
     * broken, or are not what their folder says (playing cards among toys).
     */
    static final Set<String> LEFT_OUT = Set.of(
            "aerobi", "birra", "cartes", "chav", "crossbones", "cycle_lane", "domo_kun", "emule", "grenade",
            "hummer", "jazz", "man_singing", "military", "mirjam", "portrait", "rhythmbox", "shaezy", "skoynk",
            "sony", "stylized_yoga", "tux", "wine");

    final Path source;
    final Path target;
    final List<String> origins = new ArrayList<>();
    final List<int[]> chosen = new ArrayList<>();

    MakeSamples(Path source, Path target) {
        this.source = source;
        this.target = target;
    }

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 2) {
            System.err.println("usage: java MakeSamples.java /usr/share/openclipart/png TARGET");
            System.exit(2);
        }
        new MakeSamples(Path.of(arguments[0]), Path.of(arguments[1])).make();
    }

    void make() throws IOException {
        for (String deck : DECKS) {
            split("gambling", spread(eligible("recreation/games/cards/" + deck), OF_DECK), 5, Set.of(1, 3));
        }
        for (Map.Entry<String, List<String>> label : SAFE.entrySet()) {
            for (String folder : label.getValue()) {
                split(label.getKey(), spread(eligible(folder), OF_FOLDER), 4, Set.of(2));
            }
        }
        origins.sort(null);
        origins.add(0, "file,title,author,licence,package,path in the package");
        Files.write(target.resolve("ORIGIN.csv"), origins);
        System.out.println(origins.size() - 1 + " pictures");
    }

    /** Of each {@code every} pictures in the order of names, the pictures at the given places are held out. */
    void split(String label, List<Candidate> candidates, int every, Set<Integer> heldOut) throws IOException {
        for (int i = 0; i < candidates.size(); i++) {
            write(label, heldOut.contains(i % every) ? "held-out" : "bank", candidates.get(i));
        }
    }

    /** Evenly spaced in the order of names. */
    static List<Candidate> spread(List<Candidate> candidates, int count) {
        List<Candidate> taken = new ArrayList<>();
        int size = Math.min(count, candidates.size());
        for (int i = 0; i < size; i++) {
            taken.add(candidates.get(i * candidates.size() / size));
        }
        return taken;
    }

    /** The pictures of a folder that can serve, in the order of names; a copy of one before it cannot. */
    List<Candidate> eligible(String folder) throws IOException {
        List<Path> files;
        try (Stream<Path> listed = Files.list(source.resolve(folder))) {
            files = listed.filter(file -> file.toString().endsWith(".png")).sorted().toList();
        }
        List<Candidate> eligible = new ArrayList<>();
        for (Path file : files) {
            String name = file.getFileName().toString();
            if (!Files.isRegularFile(file) || name.contains("_bw") || LEFT_OUT.stream().anyMatch(name::contains)) {
                continue;
            }
            int[] size = sizeOf(file);
            double sides = (double) Math.max(size[0], size[1]) / Math.min(size[0], size[1]);
            if (Math.max(size[0], size[1]) < LEAST_SIDE || (long) size[0] * size[1] > MOST_PIXELS || sides > WIDEST) {
                continue;
            }
            BufferedImage picture = reduced(file);
            int[] thumbnail = thumbnail(picture);
            // Cards of one deck differ by little and are kept all the same: being alike is what makes them a kind.
            boolean copy = !folder.contains("cards/")
                    && chosen.stream().anyMatch(other -> difference(other, thumbnail) < LEAST_DIFFERENCE);
            if (ink(picture) >= LEAST_INK && !copy) {
                chosen.add(thumbnail);
                eligible.add(new Candidate(file, picture));
            }
        }
        return eligible;
    }

    void write(String label, String split, Candidate candidate) throws IOException {
        Path folder = Files.createDirectories(target.resolve(split).resolve(label));
        String name = candidate.file().getFileName().toString().replaceAll("_*\\.png$", "");
        byte[] png = png(candidate.picture());
        boolean small = png.length <= MOST_PNG_BYTES;
        String written = name + (small ? ".png" : ".jpg");
        Files.write(folder.resolve(written), small ? png : jpeg(candidate.picture()), StandardOpenOption.CREATE_NEW);
        Map<String, String> texts = texts(candidate.file());
        origins.add(String.join(
                ",",
                quoted(split + "/" + label + "/" + written),
                quoted(texts.getOrDefault("Title", "")),
                quoted(texts.getOrDefault("Author", "")),
                "public domain",
                "openclipart-png 1:0.18+dfsg-19",
                quoted(source.relativize(candidate.file()).toString())));
    }

    /** Over white, the longest side at most 320 pixels. */
    static BufferedImage reduced(Path file) throws IOException {
        BufferedImage read = ImageIO.read(file.toFile());
        BufferedImage flat = new BufferedImage(read.getWidth(), read.getHeight(), BufferedImage.TYPE_INT_RGB);
        draw(flat, read);
        double scale = Math.min(1, (double) LONGEST_SIDE / Math.max(flat.getWidth(), flat.getHeight()));
        return scale == 1
                ? flat
                : scaled(flat, (int) Math.round(flat.getWidth() * scale), (int) Math.round(flat.getHeight() * scale));
    }

    static BufferedImage scaled(BufferedImage picture, int width, int height) {
        BufferedImage result = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        draw(result, picture.getScaledInstance(width, height, Image.SCALE_AREA_AVERAGING));
        return result;
    }

    static void draw(BufferedImage onto, Image picture) {
        Graphics2D graphics = onto.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, onto.getWidth(), onto.getHeight());
        graphics.drawImage(picture, 0, 0, null);
        graphics.dispose();
    }

    static double ink(BufferedImage picture) {
        int[] pixels = picture.getRGB(0, 0, picture.getWidth(), picture.getHeight(), null, 0, picture.getWidth());
        return (double) Arrays.stream(pixels).filter(pixel -> green(pixel) < 230).count() / pixels.length;
    }

    static int[] thumbnail(BufferedImage picture) {
        return Arrays.stream(scaled(picture, 16, 16).getRGB(0, 0, 16, 16, null, 0, 16))
                .map(MakeSamples::green)
                .toArray();
    }

    static double difference(int[] one, int[] other) {
        long sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += Math.abs(one[i] - other[i]);
        }
        return (double) sum / one.length;
    }

    static int green(int rgb) {
        return rgb >> 8 & 0xFF;
    }

    static byte[] png(BufferedImage picture) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(picture, "png", bytes);
        return bytes.toByteArray();
    }

    static byte[] jpeg(BufferedImage picture) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ImageWriteParam quality = writer.getDefaultWriteParam();
        quality.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        quality.setCompressionQuality(0.9f);
        try (ImageOutputStream stream = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(stream);
            writer.write(null, new IIOImage(picture, null, null), quality);
        }
        writer.dispose();
        return bytes.toByteArray();
    }

    static int[] sizeOf(Path file) throws IOException {
        try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
            in.skipNBytes(16);
            return new int[] {in.readInt(), in.readInt()};
        }
    }

    /** The PNG's tEXt chunks: Title and Author are those of the package's metadata. */
    static Map<String, String> texts(Path file) throws IOException {
        Map<String, String> texts = new LinkedHashMap<>();
        try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
            in.skipNBytes(8);
            while (true) {
                byte[] chunk = new byte[in.readInt()];
                String type = new String(in.readNBytes(4), StandardCharsets.US_ASCII);
                in.readFully(chunk);
                in.skipNBytes(4);
                if (type.equals("IEND")) {
                    return texts;
                }
                String text = new String(chunk, StandardCharsets.ISO_8859_1);
                int end = text.indexOf('\0');
                if (type.equals("tEXt") && end > 0) {
                    texts.put(text.substring(0, end), text.substring(end + 1).strip());
                }
            }
        }
    }

    static String quoted(String text) {
        return text.matches("[^\",\\n\\r]*") ? text : '"' + text.replaceAll("[\\n\\r]+", " ").replace("\"", "\"\"") + '"';
    }

    record Candidate(Path file, BufferedImage picture) {}
}
