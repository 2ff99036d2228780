package io.bulwark.lab.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.bulwark.lab.doctor.Finding.State;
import io.bulwark.lab.terminal.CommandFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NeighbourExaminationTest {

    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    @TempDir
    Path folder;

    private final List<String> methods = new ArrayList<>();
    private HttpServer receiver;
    private String url;

    /** As a receiver of webhooks, it takes POST alone. */
    @BeforeEach
    void start() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            methods.add(exchange.getRequestMethod());
            exchange.sendResponseHeaders(405, -1);
            exchange.close();
        });
        receiver.start();
        url = "http://127.0.0.1:" + receiver.getAddress().getPort();
    }

    @AfterEach
    void stop() {
        receiver.stop(0);
    }

    @Test
    void whereNobodyIsToldNothingIsWrong() throws IOException {
        assertThat(look("bulwark.kafka.bootstrap-servers=localhost:9092"))
                .singleElement()
                .satisfies(finding -> assertThat(finding.state()).isEqualTo(State.WELL));
    }

    @Test
    void aReceiverThatAnswersWhateverAndItsSecretAreWell() throws IOException {
        List<Finding> findings = look(
                "bulwark.outbound.webhooks.shop.url=" + url + "/bulwark",
                "bulwark.outbound.webhooks.shop.allow-http=true",
                "bulwark.outbound.webhooks.shop.secret-files=" + file("new", "whsec_" + "A".repeat(43) + "=\n") + ","
                        + file("old", SECRET));

        assertThat(findings)
                .hasSize(3)
                .allSatisfy(finding -> assertThat(finding.state()).isEqualTo(State.WELL));
        assertThat(findings.get(0).says()).contains("127.0.0.1 answers", "405");
        assertThat(methods).containsExactly("HEAD");
        assertThat(findings.toString()).doesNotContain(SECRET);
    }

    @Test
    void aReceiverThatIsNotThereAndAFileThatHoldsNoSecretAreNamedWithWhatMendsThem() throws IOException {
        receiver.stop(0);
        Path wrong = file("shop", "hunter2");
        Path missing = folder.resolve("missing");

        List<Finding> findings = look(
                "bulwark.outbound.webhooks.shop.url=" + url,
                "bulwark.outbound.webhooks.shop.allow-http=true",
                "bulwark.outbound.webhooks.shop.secret-files=" + wrong + "," + missing,
                "bulwark.outbound.webhooks.unsigned.url=http://127.0.0.1:1");

        assertThat(findings)
                .hasSize(5)
                .allSatisfy(finding -> assertThat(finding.state()).isEqualTo(State.WRONG));
        assertThat(findings.get(0).mend()).contains("bulwark.outbound.webhooks.shop.url", "network policy");
        assertThat(findings.get(1).says()).contains("does not hold a secret");
        assertThat(findings.get(1).mend()).contains("openssl rand -base64 32", wrong.toString());
        assertThat(findings.get(2).says()).contains("cannot be read here");
        assertThat(findings.get(3).mend()).contains("bulwark.outbound.webhooks.unsigned.allow-http=true");
        assertThat(findings.get(4).mend()).contains("bulwark.outbound.webhooks.unsigned.secret-files=FILE");
        assertThat(findings.toString()).doesNotContain("hunter2");
    }

    @Test
    void coopNeedsItsKeysAndOspreyTheBroker() throws IOException {
        Path key = file("key", "coop-key-1\n");
        Path pem = file("signature.pem", "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n");

        assertThat(look(
                        "bulwark.outbound.coop.url=" + url,
                        "bulwark.outbound.coop.allow-http=true",
                        "bulwark.outbound.coop.api-key-file=" + key,
                        "bulwark.outbound.coop.public-key-file=" + pem,
                        "bulwark.outbound.osprey.topic=osprey.actions_input"))
                .extracting(Finding::state)
                .containsExactly(State.UNASKED, State.WELL, State.WELL, State.WELL);
        assertThat(look(
                        "bulwark.outbound.coop.url=" + url,
                        "bulwark.outbound.coop.allow-http=true",
                        "bulwark.outbound.coop.public-key-file=" + key))
                .extracting(Finding::state)
                .containsExactly(State.WELL, State.WRONG, State.WRONG);
    }

    @Test
    void settingsThatCannotBeReadAreTheCallersFault() {
        assertThatThrownBy(() -> NeighbourExamination.of(folder.resolve("none.properties")))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("--neighbours");
    }

    /** The settings are those of moderation-stream, which this module does not know. */
    @Test
    void theSettingsAreThoseOfModerationStream() throws IOException {
        String page = Files.readString(
                Path.of(System.getProperty("bulwark.home")).resolve("moderation-stream/docs/settings.md"));
        assertThat(List.of(
                        "webhooks.<name>.url",
                        "webhooks.<name>.secret-files",
                        "webhooks.<name>.allow-http",
                        "osprey.topic",
                        "coop.url",
                        "coop.allow-http",
                        "coop.api-key-file",
                        "coop.public-key-file"))
                .allSatisfy(key -> assertThat(page).contains("`" + NeighbourExamination.PREFIX + key + "`"));
    }

    private List<Finding> look(String... settings) throws IOException {
        return NeighbourExamination.of(file("stream.properties", String.join("\n", settings)))
                .findings(Optional.empty());
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
