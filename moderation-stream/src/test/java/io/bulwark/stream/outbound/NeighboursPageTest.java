package io.bulwark.stream.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulwark.stream.outbound.Webhook.WebhookSecret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The programs on the page take what is signed here, and nothing else. */
class NeighboursPageTest {

    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String ID = "moderation.decisions-3-17";
    private static final long AT = 1_795_780_800L;
    private static final String BODY = "{\"id\":\"ä\"}";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"python, /usr/bin/python3, py", "js, /usr/bin/node, js"})
    void theExampleVerifies(String language, String program, String ending) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of(program)), program);
        String signed = WebhookSecret.of(SECRET).sign(ID, AT, BODY.getBytes(StandardCharsets.UTF_8));
        String other = WebhookSecret.of("whsec_" + "A".repeat(32)).sign(ID, AT, BODY.getBytes(StandardCharsets.UTF_8));
        String print = language.equals("python") ? "print" : "console.log";
        String body = language.equals("python") ? "'%s'.encode()" : "Buffer.from('%s')";
        String call = print + "(verify('" + SECRET + "', {'webhook-id': '" + ID + "', 'webhook-timestamp': '" + AT
                + "', 'webhook-signature': '%s'}, " + body + ", %d))\n";
        String calls = call.formatted(signed, BODY, AT)
                + call.formatted(other + " " + signed, BODY, AT + 299)
                + call.formatted(other, BODY, AT)
                + call.formatted(signed, BODY + " ", AT)
                + call.formatted(signed, BODY, AT + 301);
        Path file = Files.writeString(folder.resolve("example." + ending), example(language) + "\n" + calls);

        assertThat(output(program, file).toLowerCase(Locale.ROOT).lines())
                .containsExactly("true", "true", "false", "false", "false");
    }

    private static String example(String language) throws IOException {
        Matcher block = Pattern.compile("(?ms)^```" + language + "\n(.*?)^```")
                .matcher(Files.readString(Path.of("docs", "neighbours.md")));
        assertThat(block.find()).isTrue();
        return block.group(1);
    }

    private static String output(String program, Path file) throws IOException, InterruptedException {
        Process run = new ProcessBuilder(program, file.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(run.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return output;
    }
}
