package io.bulwark.lab.attack.upload;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.bank.BankCommandLine;
import io.bulwark.cli.picture.LabelledPicture;
import io.bulwark.cli.picture.PictureEmbedder;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.gif.GifWriter;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.perception.bank.BankBuilder;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.perception.bank.PlainRows;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.verdict.Judgement;
import io.bulwark.perception.verdict.Judgement.Basis;
import io.bulwark.perception.verdict.Judgement.Outcome;
import io.bulwark.perception.verdict.Policies;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.PolicySettings.Thresholds;
import io.bulwark.perception.verdict.PolicySettings.Unfamiliar;
import io.bulwark.perception.verdict.VotingPolicy;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shipped bank and policy with one flagged line drawing more: black ink on a transparent ground, which over black
 * is a plain black picture.
 */
class PlainPicturesTest {

    private static final String FLAGGED = "gambling";

    @TempDir
    static Path folder;

    private static Encoder encoder;
    private static PictureEmbedder embedder;
    private static PlainRows plain;
    private static MatrixBank bank;
    private static int ignored;

    @BeforeAll
    static void build() throws IOException {
        encoder = ModelPackage.open(ModelPackage.DEFAULT)
                .openEncoder(EncoderOptions.defaults().withThreads(1));
        embedder = new PictureEmbedder(encoder);
        plain = PlainRows.of(encoder);
        Path file = folder.resolve("drawing.png");
        Files.write(file, drawing());
        List<LabelledPicture> pictures =
                new ArrayList<>(LabelledPicture.below(BankCommandLine.checkout().resolve("deploy/local/samples/bank")));
        pictures.add(new LabelledPicture(file, FLAGGED, FLAGGED + "/drawing.png"));
        try (BankBuilder builder = new BankBuilder(
                encoder.description().fingerprint(), encoder.description().dimension(), plain, Clock.systemUTC())) {
            embedder.references(pictures).forEach(builder::put);
            assertThat(builder.plain()).as("what is built now").isZero();
            // What a bank has that was built before: the drawing over black, and a picture of one colour.
            builder.put(new LabelledEmbedding(FLAGGED + "/drawing.png@black", FLAGGED, row(0, 0, 0)));
            builder.put(new LabelledEmbedding(FLAGGED + "/green.png", FLAGGED, row(85, 170, 85)));
            ignored = builder.plain();
            bank = builder.snapshot();
        }
    }

    @AfterAll
    static void close() {
        bank.close();
        embedder.close();
    }

    @Test
    void theDrawingIsFlaggedAndSoIsACopyOfIt() throws IOException {
        Judgement itself = decide(drawing());
        Judgement onPaper = decide(jpeg(flat(canvas(640, 480, PlainPicturesTest::house), Color.WHITE), 0.9f));

        assertThat(itself.outcome()).isEqualTo(Outcome.NSFW);
        assertThat(onPaper.outcome()).isEqualTo(Outcome.NSFW);
        assertThat(onPaper.basis()).isEqualTo(Basis.KNOWN_NEAR);
    }

    @Test
    void theDrawingHasNoPlainReference() throws IOException {
        Path file = folder.resolve("drawing.png");

        assertThat(embedder.references(List.of(new LabelledPicture(file, FLAGGED, "drawing.png"))))
                .extracting(LabelledEmbedding::id)
                .containsExactly("drawing.png@white");
    }

    @Test
    void plainRowsOfAnExistingBankAreIgnored() {
        assertThat(ignored).isEqualTo(2);
    }

    @Test
    void ofTheShippedPicturesNoneIsTakenForPlain() {
        List<LabelledEmbedding> references = embedder.references(
                LabelledPicture.below(BankCommandLine.checkout().resolve("deploy/local/samples/bank")));

        assertThat(references).hasSizeGreaterThan(200).noneMatch(reference -> plain.has(reference.embedding()));
    }

    @Test
    void aBlackIconIsNotFlagged() throws IOException {
        assertNotFlagged(png(canvas(96, 96, PlainPicturesTest::icon)));
    }

    @Test
    void aSignatureIsNotFlagged() throws IOException {
        assertNotFlagged(png(canvas(420, 140, PlainPicturesTest::signature)));
    }

    @Test
    void plainBlackAndPlainWhiteAreSafe() throws IOException {
        for (Color colour : List.of(Color.BLACK, Color.WHITE)) {
            Judgement judgement = decide(png(flat(canvas(300, 200, nothing -> {}), colour)));

            assertThat(judgement.outcome()).as("%s", colour).isEqualTo(Outcome.SAFE);
            assertThat(judgement.basis()).isEqualTo(Basis.PLAIN);
        }
    }

    @Test
    void aJpegOfOneColourIsNotFlagged() throws IOException {
        Random random = new Random(1);
        for (int i = 0; i < 12; i++) {
            Color colour =
                    i == 0 ? Color.BLACK : i == 1 ? new Color(30, 140, 60) : new Color(random.nextInt(0x1000000));

            Judgement judgement = decide(jpeg(flat(canvas(300, 200, nothing -> {}), colour), 0.3f));

            assertThat(judgement.outcome()).as("%s", colour).isEqualTo(Outcome.SAFE);
        }
    }

    @Test
    void anAnimationWithAPlainFrameIsNotFlagged() throws IOException {
        GifWriter gif = new GifWriter(60, 60, new byte[] {0, 0, 0, -1, -1, -1, 90, 120, 40, 30, 60, -1}, 0);
        gif.plain(60, 60, 0, 0);
        byte[] indices = new byte[3600];
        for (int i = 0; i < indices.length; i++) {
            indices[i] = (byte) (i / 60 < 30 ? 2 : i % 60 < 20 ? 3 : 1);
        }
        gif.frame(0, 0, 60, 60, -1, 0, false, indices);

        assertNotFlagged(gif.end());
    }

    private static void assertNotFlagged(byte[] file) {
        Judgement judgement = decide(file);

        assertThat(judgement.outcome()).as("%s", judgement).isNotEqualTo(Outcome.NSFW);
        assertThat(judgement.known()).isEmpty();
    }

    private static Judgement decide(byte[] file) {
        return new FileModerator(
                        new StandardImageDecoder(DecodeLimits.standard()),
                        Preprocessor.moderation(encoder.description().preprocess(), ViewPolicy.COVER),
                        encoder,
                        bank,
                        Policies.always(new VotingPolicy(shipped())),
                        "default")
                .decide(file)
                .orElseThrow();
    }

    private static PolicySettings shipped() {
        Properties settings =
                BankCommandLine.properties(BankCommandLine.checkout().resolve("deploy/local/policy.properties"));
        return new PolicySettings(
                Integer.parseInt(settings.getProperty("bulwark.policy.k")),
                number(settings, "temperature"),
                number(settings, "floor"),
                number(settings, "known-similarity"),
                new Thresholds(number(settings, "flag"), number(settings, "safe")),
                PolicySettings.flagged(Set.of(settings.getProperty("bulwark.policy.flagged-labels"))),
                Unfamiliar.REVIEW,
                PolicySettings.DEFAULT_FLAGGED_CLASSES);
    }

    private static double number(Properties settings, String name) {
        return Double.parseDouble(settings.getProperty("bulwark.policy." + name));
    }

    private static float[] row(int red, int green, int blue) {
        int pixels = encoder.description().preprocess().height()
                * encoder.description().preprocess().width();
        ByteBuffer view = ByteBuffer.allocateDirect(3 * pixels);
        for (int i = 0; i < pixels; i++) {
            view.put((byte) red).put((byte) green).put((byte) blue);
        }
        return encoder.embed(view.flip(), 1).embedding(0);
    }

    private static byte[] drawing() throws IOException {
        return png(canvas(640, 480, PlainPicturesTest::house));
    }

    private static void house(Graphics2D g) {
        g.setStroke(new BasicStroke(6));
        g.drawRect(160, 200, 320, 220);
        Path2D roof = new Path2D.Double();
        roof.moveTo(130, 200);
        roof.lineTo(320, 60);
        roof.lineTo(510, 200);
        roof.closePath();
        g.draw(roof);
        g.drawRect(280, 300, 80, 120);
        g.draw(new Ellipse2D.Double(200, 240, 50, 50));
    }

    private static void icon(Graphics2D g) {
        g.fill(new Ellipse2D.Double(10, 10, 52, 52));
        g.setStroke(new BasicStroke(12));
        g.drawLine(56, 56, 86, 86);
    }

    private static void signature(Graphics2D g) {
        g.setStroke(new BasicStroke(3));
        Path2D line = new Path2D.Double();
        line.moveTo(20, 90);
        for (int i = 0; i < 9; i++) {
            line.curveTo(30 + 40 * i, 10, 45 + 40 * i, 130, 60 + 40 * i, 70 + 10 * (i % 3));
        }
        g.draw(line);
    }

    /** Black ink on nothing. */
    private static BufferedImage canvas(int width, int height, Consumer<Graphics2D> ink) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
        Graphics2D g = image.createGraphics();
        g.setColor(Color.BLACK);
        ink.accept(g);
        g.dispose();
        return image;
    }

    private static BufferedImage flat(BufferedImage image, Color ground) {
        BufferedImage flat = new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
        Graphics2D g = flat.createGraphics();
        g.drawImage(image, 0, 0, ground, null);
        g.dispose();
        return flat;
    }

    private static byte[] png(BufferedImage image) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", bytes);
        return bytes.toByteArray();
    }

    private static byte[] jpeg(BufferedImage image, float quality) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (var out = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(out);
            ImageWriteParam settings = writer.getDefaultWriteParam();
            settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            settings.setCompressionQuality(quality);
            writer.write(null, new IIOImage(image, null, null), settings);
        }
        writer.dispose();
        return bytes.toByteArray();
    }
}
