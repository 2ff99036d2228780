package io.bulwark.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.bulwark.cli.doctor.DoctorCommand.Finding;
import io.bulwark.cli.doctor.DoctorCommand.Finding.State;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.schemas.topic.TopicNames;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NeighbourExaminationTest {

    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private static final String PEM_HEADER = "-----BEGIN PUBLIC KEY-----\n";
    private static final String PEM_FOOTER = "\n-----END PUBLIC KEY-----\n";

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
    void withoutReceiversNothingIsWrong() throws IOException {
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
    void anAbsentReceiverAndAFileWithoutASecretAreNamedWithTheirFixes() throws IOException {
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
    void coopNeedsItsKeysAndOspreyTheBroker() throws IOException, NoSuchAlgorithmException {
        Path key = file("key", "coop-key-1\n");
        Path pem = file("signature.pem", PEM_HEADER + publicKey() + PEM_FOOTER);

        assertThat(look(
                        "bulwark.outbound.coop.url=" + url,
                        "bulwark.outbound.coop.allow-http=true",
                        "bulwark.outbound.coop.api-key-file=" + key,
                        "bulwark.outbound.coop.public-key-file=" + pem,
                        "bulwark.outbound.coop.item-type=image",
                        "bulwark.outbound.osprey.topic=osprey.actions_input"))
                .extracting(Finding::state)
                .containsExactly(State.UNASKED, State.WELL, State.WELL, State.WELL);
        assertThat(look(
                        "bulwark.outbound.coop.url=" + url,
                        "bulwark.outbound.coop.allow-http=true",
                        "bulwark.outbound.coop.public-key-file=" + key))
                .extracting(Finding::state)
                .containsExactly(State.WELL, State.WRONG, State.WRONG, State.WRONG);
    }

    /** Of many receivers the path or the query is the secret. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:1/hooks/T0k3n?sig=T0k3n",
                "https://127.0.0.1:1/hooks/T0k3n?sig=T0k3n",
                "https://127.0.0.1/hooks/T0k3n and more",
                "https://T0k3n@127.0.0.1/",
                "https://127.0.0.1:99999/T0k3n",
                "https:///T0k3n",
                "ftp://127.0.0.1/T0k3n",
                "T0k3n",
                ""
            })
    void aFaultyAddressIsReportedWithoutPathAndQuery(String address) throws IOException {
        assertThat(look(
                        "bulwark.outbound.webhooks.shop.url=" + address,
                        "bulwark.outbound.webhooks.shop.secret-files=" + file("secret", SECRET)))
                .extracting(Finding::state)
                .containsExactly(State.WRONG, State.WELL);
        assertThat(look("bulwark.outbound.webhooks.shop.url=" + address).toString())
                .contains("webhooks.shop")
                .doesNotContain("T0k3n", "hooks/");
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            value = {
                "webhooks.shop.url=http://me:you@127.0.0.1 -> with a user or a fragment",
                "webhooks.shop.url=http://127.0.0.1/#part -> with a user or a fragment",
                "webhooks.shop.secret-files=SECRET,SECRET,SECRET -> 3 files of secrets",
                "webhooks.shop.secret-files=NO-BASE64 -> does not hold a secret of webhooks",
                "webhooks.a-receiver-whose-name-is-longer-than-it-may-be.from=latest -> refuses the name",
                "webhooks.Shop.from=latest -> refuses the name",
                "webhooks.shop.url= -> no scheme or no host",
                "coop.url=http://127.0.0.1/ -> with a path or a query",
                "coop.url=http://127.0.0.1?tenant=1 -> with a path or a query",
                "coop.item-type= -> coop.item-type is not",
                "coop.public-key-file=RUBBISH -> does not hold an RSA public key",
                "osprey.topic=moderation.verdicts -> refuses Osprey's topic"
            })
    void whatModerationStreamRefusesIsWrong(String refused, String why) throws IOException {
        Path secret = file("secret", SECRET);
        List<String> settings = new ArrayList<>(List.of(
                "bulwark.outbound.webhooks.shop.url=" + url,
                "bulwark.outbound.webhooks.shop.allow-http=true",
                "bulwark.outbound.webhooks.shop.secret-files=" + secret,
                "bulwark.outbound.coop.url=" + url,
                "bulwark.outbound.coop.allow-http=true",
                "bulwark.outbound.coop.api-key-file=" + secret,
                "bulwark.outbound.coop.item-type=image"));
        assertThat(look(settings.toArray(String[]::new)))
                .extracting(Finding::state)
                .containsOnly(State.WELL);

        // The last line of a setting wins.
        settings.add("bulwark.outbound."
                + refused.replace("SECRET", secret.toString())
                        .replace(
                                "NO-BASE64",
                                file("no-base64", "whsec_" + "A".repeat(33)).toString())
                        .replace(
                                "RUBBISH",
                                file("rubbish", PEM_HEADER + "rubbish" + PEM_FOOTER)
                                        .toString()));

        assertThat(look(settings.toArray(String[]::new))).anySatisfy(finding -> {
            assertThat(finding.state()).isEqualTo(State.WRONG);
            assertThat(finding.says()).contains(why);
        });
    }

    private static String publicKey() throws NoSuchAlgorithmException {
        return Base64.getMimeEncoder()
                .encodeToString(KeyPairGenerator.getInstance("RSA")
                        .generateKeyPair()
                        .getPublic()
                        .getEncoded());
    }

    @Test
    void settingsThatCannotBeReadAreTheCallersFault() {
        assertThatThrownBy(() -> NeighbourExamination.of(folder.resolve("none.properties"), TopicNames.UNPREFIXED))
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
                        "coop.public-key-file",
                        "coop.item-type"))
                .allSatisfy(key -> assertThat(page).contains("`" + NeighbourExamination.PREFIX + key + "`"));
    }

    private List<Finding> look(String... settings) throws IOException {
        return NeighbourExamination.of(file("stream.properties", String.join("\n", settings)), TopicNames.UNPREFIXED)
                .findings(Optional.empty());
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
