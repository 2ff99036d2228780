package io.bulwark.lab.explain.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.bank.BankFile.StoredReference;
import io.bulwark.cli.bank.BankTopic;
import io.bulwark.cli.bank.HashEntry;
import io.bulwark.cli.picture.FileViewer.JudgedViews;
import io.bulwark.cli.picture.LabelledPicture;
import io.bulwark.cli.picture.PictureEmbedder;
import io.bulwark.cli.terminal.Output;
import io.bulwark.lab.explain.ExplainedModeration.ExplainedEncoder;
import io.bulwark.lab.explain.ImportanceMap.MapOptions;
import io.bulwark.lab.explain.serve.ExplainServerCommand.ExplainServer;
import io.bulwark.lab.explain.serve.Explaining.RestrictedPictures;
import io.bulwark.lab.invert.SmallPictures;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.hash.FileDigest;
import io.bulwark.perception.hash.ListedHash;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.schemas.preview.PreviewQuestion.ExplanationQuestion;
import io.bulwark.schemas.preview.PreviewTokens;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server as moderation-stream asks it, with a real model. */
class ExplainServerTest {

    private final PreviewTokens tokens = new PreviewTokens("a secret of both that is long enough", Clock.systemUTC());
    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    Path folder;

    @AutoClose
    private ExplainServer server;

    @BeforeEach
    void start() throws IOException, ExecutionException, InterruptedException {
        SmallPictures.draw(folder.resolve("references"), 6, 1);
        SmallPictures.draw(folder.resolve("queries"), 1, 500);
        SmallPictures.draw(folder.resolve("sealed"), 1, 900);
        ThreadPoolExecutor thread = ExplainDesk.thread(1);
        Explaining explaining = thread.submit(this::explaining).get();
        server = ExplainServer.start(
                new InetSocketAddress("127.0.0.1", 0),
                1,
                new ExplainDesk(
                        tokens,
                        explaining::explain,
                        thread,
                        Duration.ofSeconds(60),
                        Clock.systemUTC(),
                        Output.silent()));
    }

    /** The list has the MD5 of one drawn picture. */
    private RestrictedPictures restricted() {
        ListedHash listed = HashEntry.of(
                        "md5", FileDigest.of(FileDigest.Kind.MD5, sealed()).hex(), "case-1", "sealed")
                .orElseThrow();
        BankTopic.Content content = new BankTopic.Content(
                List.of(new StoredReference(
                        HashEntry.key("default", listed), HashEntry.reference(listed, "test", Instant.EPOCH))),
                List.of());
        return RestrictedPictures.of(content, "default", Set.of("sealed"), Instant.now());
    }

    private byte[] sealed() {
        try (Stream<Path> files = Files.walk(folder.resolve("sealed"))) {
            return Files.readAllBytes(
                    files.filter(Files::isRegularFile).sorted().findFirst().orElseThrow());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Test
    void aPictureOnARestrictedListIsExplainedToNoOne() throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = ask(sealed(), "shop");

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(new String(answer.body())).contains("picture-undecodable").doesNotContain("restricted", "sealed");
    }

    private Explaining explaining() {
        ModelPackage model = ModelPackage.open(SmallPictures.MODEL);
        EncoderOptions options = EncoderOptions.defaults().withThreads(1);
        try (PictureEmbedder embedder = new PictureEmbedder(model.openEncoder(options))) {
            var references = embedder.references(LabelledPicture.below(folder.resolve("references")));
            return new Explaining(
                    ExplainedEncoder.open(model, options, false),
                    JudgedViews.standard(),
                    new MapOptions(),
                    () -> new Explaining.Ground(
                            references,
                            tenant -> PolicySettings.flagging(Set.of(tenant.equals("shop") ? "red" : "green")),
                            restricted()),
                    Duration.ofMinutes(1),
                    Output.silent());
        }
    }

    @Test
    void aPictureIsExplainedByThePolicyOfItsTenant() throws IOException, InterruptedException {
        byte[] picture = Files.readAllBytes(folder.resolve("queries/red/0.png"));

        HttpResponse<byte[]> answer = ask(picture, "shop");

        assertThat(answer.statusCode()).as(new String(answer.body())).isEqualTo(200);
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        JsonNode explanation = new ObjectMapper().readTree(answer.body());
        assertThat(explanation.path("view").asText()).isNotEmpty();
        assertThat(explanation.path("decision").asText()).isIn("NSFW", "REVIEW", "SAFE");
        assertThat(explanation.path("agreement").asDouble()).isBetween(-1.0, 1.0);
        assertThat(explanation.path("nearest")).isNotEmpty();
        for (JsonNode near : explanation.path("nearest")) {
            assertThat(near.path("flagged").asBoolean())
                    .isEqualTo(near.path("label").asText().equals("red"));
        }
        for (String map : new String[] {"picture", "gradient", "occlusion"}) {
            assertThat(ImageIO.read(new ByteArrayInputStream(
                                    explanation.path(map).binaryValue()))
                            .getWidth())
                    .isEqualTo(32);
        }

        HttpResponse<byte[]> oneSided = ask(picture, "another");
        assertThat(oneSided.statusCode()).isEqualTo(409);
        assertThat(new String(oneSided.body())).contains("no-margin", "unflagged");
    }

    @Test
    void itIsHealthyAndRefusesUnsignedQuestions() throws IOException, InterruptedException {
        for (String path : new String[] {"live", "ready", "started"}) {
            assertThat(send(HttpRequest.newBuilder(uri("/q/health/" + path)).GET())
                            .statusCode())
                    .isEqualTo(200);
        }
        String question = new ExplanationQuestion("shop", "ab".repeat(32)).uri();
        HttpResponse<byte[]> unsigned =
                send(HttpRequest.newBuilder(uri(question)).POST(HttpRequest.BodyPublishers.ofString("x")));
        assertThat(unsigned.statusCode()).isEqualTo(401);
        assertThat(send(HttpRequest.newBuilder(uri(question)).GET()).statusCode())
                .isEqualTo(405);
        HttpResponse<byte[]> noPicture = ask("no picture".getBytes(), "shop");
        assertThat(noPicture.statusCode()).isEqualTo(422);
        assertThat(new String(noPicture.body())).contains("picture-undecodable");
    }

    private HttpResponse<byte[]> ask(byte[] picture, String tenant) throws IOException, InterruptedException {
        String question = new ExplanationQuestion(tenant, Sha256.digest(picture).hex()).uri();
        return send(HttpRequest.newBuilder(uri(question))
                .header(PreviewTokens.HEADER, tokens.sign(question))
                .POST(HttpRequest.BodyPublishers.ofByteArray(picture)));
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }
}
