package io.bulwark.service.preview;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.bulwark.events.ImageLocation;
import io.bulwark.events.ImageUploaded;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.heif.HeifCommand;
import io.bulwark.imaging.jpeg.JpegReduction;
import io.bulwark.imaging.preprocess.ModerationOptions;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.imaging.process.DecoderPool;
import io.bulwark.imaging.process.ProcessLimits;
import io.bulwark.imaging.process.ReaderSettings;
import io.bulwark.schemas.preview.HttpRefusal;
import io.bulwark.schemas.preview.PreviewQuestion;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.service.fetch.ImageSources;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.preview.Previews.PreviewAnswer;
import io.bulwark.service.preview.Previews.PreviewAnswer.Refused;
import io.bulwark.service.preview.Previews.PreviewAnswer.Shown;
import io.bulwark.service.testing.PreviewFiles;
import io.bulwark.service.testing.SampleUploads;
import io.bulwark.service.testing.TestConfig;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a record's value to the picture, with real decoder processes. */
class PreviewsTest {

    private static final ReaderSettings READER = new ReaderSettings(
            DecodeLimits.standard().withMaxPixels(4_000_000).withMemoryBytes(64 << 20),
            JpegReduction.none(),
            HeifCommand.none(),
            PreprocessSpec.unit(64, PreprocessSpec.Interpolation.BILINEAR),
            null,
            ViewPolicy.SQUASH,
            ModerationOptions.standard().withoutDetails());

    @AutoClose
    private static DecoderPool pool;

    @TempDir
    Path folder;

    private final EventSerializer<ImageUploaded> serializer = new EventSerializer<>(ImageUploaded.class);
    private final EventDecoder<ImageUploaded> events = new EventDecoder<>(ImageUploaded.class);
    private ImageSources sources;

    @BeforeAll
    static void start() {
        pool = new DecoderPool(
                READER, ProcessLimits.of(1, READER.limits(), 1 << 20, Duration.ofSeconds(15)), death -> {});
        pool.start();
    }

    @BeforeEach
    void open() {
        sources = ImageSources.of(
                TestConfig.of(Map.of(
                                "bulwark.fetch.file-root", folder.toString(),
                                "bulwark.fetch.max-bytes", "1M",
                                "bulwark.fetch.memory-bytes", "8M"))
                        .fetch(),
                NanoClock.SYSTEM);
    }

    @AfterEach
    void close() {
        sources.close();
        events.close();
    }

    @Test
    void anInlineUploadIsShownSmallUprightAndBare() throws IOException {
        byte[] file = PreviewFiles.turnedJpeg(2400, 1200);
        Shown shown = (Shown) show(SampleUploads.inline("a", file), PreviewFiles.sha256(file), false);
        BufferedImage picture = ImageIO.read(new ByteArrayInputStream(shown.jpeg()));
        assertThat(picture.getWidth()).isEqualTo(512);
        assertThat(picture.getHeight()).isEqualTo(1024);
        assertThat(shown.frames()).isEqualTo(1);
    }

    @Test
    void anAnimationIsAStrip() throws IOException {
        byte[] file = PreviewFiles.animation(20, 10, 4);
        Shown first = (Shown) show(SampleUploads.inline("a", file), PreviewFiles.sha256(file), false);
        Shown strip = (Shown) show(SampleUploads.inline("a", file), PreviewFiles.sha256(file), true);
        assertThat(first.frames()).isEqualTo(4);
        assertThat(ImageIO.read(new ByteArrayInputStream(first.jpeg())).getWidth())
                .isEqualTo(20);
        assertThat(ImageIO.read(new ByteArrayInputStream(strip.jpeg())).getWidth())
                .isEqualTo(80);
    }

    @Test
    void aFileThatIsNotTheJudgedOneIsNotShown() {
        byte[] file = PreviewFiles.animation(20, 10, 2);
        assertRefused(show(SampleUploads.inline("a", file), "0".repeat(64), false), HttpRefusal.PICTURE_CHANGED);
    }

    @Test
    void aLocationIsFetchedAndOneThatServesAnotherFileHasChanged() throws IOException {
        byte[] file = PreviewFiles.animation(20, 10, 2);
        Path there = Files.write(folder.resolve("there.gif"), file);
        ImageUploaded upload = SampleUploads.at("a", there.toUri().toString());
        assertThat(show(upload, PreviewFiles.sha256(file), false)).isInstanceOf(Shown.class);
        Files.write(there, PreviewFiles.animation(20, 10, 3));
        assertRefused(show(upload, PreviewFiles.sha256(file), false), HttpRefusal.PICTURE_CHANGED);
        ImageUploaded announced = SampleUploads.of(
                "a", new ImageLocation(there.toUri().toString(), PreviewFiles.sha256(file), null), Map.of());
        assertRefused(show(announced, PreviewFiles.sha256(file), false), HttpRefusal.PICTURE_CHANGED);
        Files.write(there, new byte[2 << 20]);
        assertRefused(show(upload, PreviewFiles.sha256(file), false), HttpRefusal.PICTURE_CHANGED);
        assertThat(sources.memoryBytes()).isZero();
    }

    @Test
    void whereNoRecordOrNoFileIsThePictureIsGone() {
        assertRefused(previews(Optional.empty()).show(question("0".repeat(64), false)), HttpRefusal.PICTURE_GONE);
        ImageUploaded nowhere =
                SampleUploads.at("a", folder.resolve("none.png").toUri().toString());
        assertRefused(show(nowhere, "0".repeat(64), false), HttpRefusal.PICTURE_GONE);
        ImageUploaded forbidden = SampleUploads.at("a", "http://169.254.169.254/latest/meta-data/");
        assertRefused(show(forbidden, "0".repeat(64), false), HttpRefusal.PICTURE_GONE);
    }

    /** A client that stores pictures asks again then, and gives up only what is gone. */
    @Test
    void aLocationThatIsSilentOrInTroubleIsNotGoneButOneThatDeniesTheFileIs() throws IOException {
        int unused;
        try (var socket = new ServerSocket(0)) {
            unused = socket.getLocalPort();
        }
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", exchange -> {
            int status = switch (exchange.getRequestURI().getPath()) {
                case "/none" -> 404;
                case "/denied" -> 403;
                default -> 503;
            };
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
        int port = server.getAddress().getPort();
        String at = "http://127.0.0.1:" + port;
        Map<String, String> open =
                Map.of("bulwark.fetch.allow", "127.0.0.1", "bulwark.fetch.ports", port + "," + unused);
        try (ImageSources web = ImageSources.of(TestConfig.of(open).fetch(), NanoClock.SYSTEM)) {
            assertRefused(
                    showFrom(web, SampleUploads.at("a", "http://127.0.0.1:" + unused + "/a.png")),
                    HttpRefusal.LOCATION_SILENT);
            assertRefused(showFrom(web, SampleUploads.at("a", at + "/troubled")), HttpRefusal.LOCATION_SILENT);
            assertRefused(showFrom(web, SampleUploads.at("a", at + "/denied")), HttpRefusal.PICTURE_GONE);
            assertRefused(showFrom(web, SampleUploads.at("a", at + "/none")), HttpRefusal.PICTURE_GONE);
        } finally {
            server.stop(0);
        }
    }

    private PreviewAnswer showFrom(ImageSources from, ImageUploaded upload) {
        return new Previews(question -> Optional.of(serialized(upload)), events, from, pool)
                .show(question("0".repeat(64), false));
    }

    @Test
    void whatIsNoPictureOrTooLargeOrNoUploadIsUndecodable() {
        byte[] none = {1, 2, 3, 4};
        assertRefused(
                show(SampleUploads.inline("a", none), PreviewFiles.sha256(none), false),
                HttpRefusal.PICTURE_UNDECODABLE);
        byte[] large = PreviewFiles.jpeg(2500, 2000);
        assertRefused(
                show(SampleUploads.inline("a", large), PreviewFiles.sha256(large), false),
                HttpRefusal.PICTURE_UNDECODABLE);
        assertRefused(
                previews(Optional.of(new byte[] {7})).show(question("0".repeat(64), false)),
                HttpRefusal.PICTURE_UNDECODABLE);
    }

    @Test
    void aSilentBrokerAndDecodersThatAreAwayAreNoFaultOfThePicture() {
        Previews silent = new Previews(
                question -> {
                    throw new TimeoutException("no answer");
                },
                events,
                sources,
                pool);
        assertRefused(silent.show(question("0".repeat(64), false)), HttpRefusal.BUSY);
        byte[] file = PreviewFiles.animation(2, 2, 2);
        DecoderPool away = new DecoderPool(
                READER, ProcessLimits.of(1, READER.limits(), 1 << 20, Duration.ofSeconds(1)), death -> {});
        away.close();
        Previews busy = new Previews(
                question -> Optional.of(serialized(SampleUploads.inline("a", file))), events, sources, away);
        assertRefused(busy.show(question(PreviewFiles.sha256(file), false)), HttpRefusal.BUSY);
    }

    private PreviewAnswer show(ImageUploaded upload, String sha256, boolean strip) {
        return previews(Optional.of(serialized(upload))).show(question(sha256, strip));
    }

    private byte[] serialized(ImageUploaded upload) {
        return serializer.serialize("images.uploaded", upload);
    }

    private Previews previews(Optional<byte[]> record) {
        return new Previews(question -> record, events, sources, pool);
    }

    private static PreviewQuestion question(String sha256, boolean strip) {
        return new PreviewQuestion("images.uploaded", 0, 0, sha256, strip);
    }

    private static void assertRefused(PreviewAnswer answer, HttpRefusal kind) {
        assertThat(answer).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.kind()).as(refused.detail()).isEqualTo(kind);
            assertThat(refused.detail()).isNotBlank().doesNotContain("none.png", "there.gif");
        });
    }
}
