package io.bulwark.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the four pages for the first hour: every block of commands in its order, as a reader would in two terminals. A block that
 * starts the node has the first terminal, where a running node is stopped as by Ctrl-C; all others have to end with 0.
 */
@Tag("soak")
class FirstHourPagesIT {

    private static final Duration START_LIMIT = Duration.ofMinutes(30);
    private static final Duration BLOCK_LIMIT = Duration.ofMinutes(30);
    private static final Duration STOP_LIMIT = Duration.ofMinutes(2);
    private static final Pattern NODE = Pattern.compile("deploy/local/(demo|bulwark local)\\b.*");
    private static final Pattern ADDRESS = Pattern.compile("http://localhost:\\d+[\\w./-]*[\\w/-]");

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    private LinkedCheckout checkout;
    private Process node;

    @BeforeEach
    void link() throws IOException {
        checkout = LinkedCheckout.in(Files.createDirectory(folder.resolve("checkout")));
    }

    @AfterEach
    void stop() throws IOException, InterruptedException {
        if (node != null) {
            node.destroy();
            assertThat(node.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(printed()).as("stopped as by Ctrl-C").doesNotContain("ended; the end of its log");
        }
    }

    @Test
    void aPlatformEngineerSeesEveryPartAndLosesNoUpload() throws IOException, InterruptedException {
        run("deploy/docs/first-hour.md");
        assertAnswers(Pages.text("deploy/docs/first-hour.md"));
        String printed = Files.readString(folder.resolve("node.txt"));
        assertThat(printed.lines().filter(line -> line.startsWith("stream "))).hasSize(1);
        assertAnswers(printed);
    }

    @Test
    void anIntegratorsProgramGetsTheDecisionOnItsUpload() throws IOException, InterruptedException {
        String said = run("schemas/clients/first-hour.md");
        assertThat(said.lines().filter(line -> line.startsWith("default/")))
                .hasSize(1)
                .allMatch(line -> line.matches("default/image-7 (SAFE|NSFW|REVIEW)"));
        assertAnswers(Pages.text("schemas/clients/first-hour.md"));
    }

    @Test
    void aModerationLeadHasFiveItemsToWorkOnAndThenLogins() throws IOException, InterruptedException {
        List<String> blocks = Pages.blocks(Pages.page("moderation-stream/docs/first-hour.md"), "sh");
        runBlock(blocks.get(0));
        await().atMost(START_LIMIT).until(() -> !isRunning() || printed().contains("verdicts="));
        assertThat(printed()).containsPattern("(?m)^reviews=[1-9]\\d* overturned=\\d+ open=([5-9]|\\d\\d)");
        URI claims = stream().resolve("/api/v1/review/claims");
        for (int i = 0; i < 5; i++) {
            assertThat(http.send(
                                    HttpRequest.newBuilder(claims)
                                            .POST(BodyPublishers.noBody())
                                            .build(),
                                    BodyHandlers.ofString())
                            .statusCode())
                    .as("claim %d", i + 1)
                    .isEqualTo(200);
        }
        assertThat(isRunning()).isTrue();

        StringBuilder said = new StringBuilder();
        for (String block : blocks.subList(1, blocks.size())) {
            said.append(runBlock(block));
        }
        URI queue = stream().resolve("/api/v1/review/queue");
        assertThat(http.send(HttpRequest.newBuilder(queue).build(), BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(401);
        String login = "ana:" + LinkedCheckout.PASSWORD;
        assertThat(http.send(
                                HttpRequest.newBuilder(queue)
                                        .header(
                                                "Authorization",
                                                "Basic "
                                                        + Base64.getEncoder()
                                                                .encodeToString(login.getBytes(StandardCharsets.UTF_8)))
                                        .build(),
                                BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(200);
        assertThat(said).containsPattern("(?m)^images=[1-9]\\d* changes=[1-9]");
    }

    @Test
    void aResearcherAttacksBothEncodersAndLooksInside() throws IOException, InterruptedException {
        run("embed-worker/docs/first-hour.md");
        for (String out : List.of("robust", "clean", "seen", "explained")) {
            assertThat(checkout.root().resolve(out)).as(out).isNotEmptyDirectory();
        }
    }

    /** Runs all blocks of a page and returns the output of each block that ended. */
    private String run(String page) throws IOException, InterruptedException {
        StringBuilder said = new StringBuilder();
        List<String> blocks = Pages.blocks(Pages.page(page), "sh");
        assertThat(blocks).isNotEmpty();
        blocks.forEach(FirstHourPagesIT::assumePrograms);
        for (String block : blocks) {
            said.append(runBlock(block));
        }
        return said.toString();
    }

    private String runBlock(String block) throws IOException, InterruptedException {
        List<List<String>> commands = ShellBlock.read(block).commands();
        if (commands.stream()
                .anyMatch(words -> NODE.matcher(String.join(" ", words)).matches())) {
            assertThat(commands).as("a node has its block for itself").hasSize(1);
            start(block);
            return "";
        }
        Path output = folder.resolve("block.txt");
        Process shell = shell(block, output);
        if (!shell.waitFor(BLOCK_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            shell.destroyForcibly();
            fail("not ended within %s: %s%n%s", BLOCK_LIMIT, block, Files.readString(output));
        }
        assertThat(shell.exitValue())
                .as("%s%n%s", block, Files.readString(output))
                .isZero();
        return Files.readString(output);
    }

    /** The first terminal. */
    private void start(String block) throws IOException, InterruptedException {
        stop();
        Files.deleteIfExists(folder.resolve("node.txt"));
        node = shell("exec " + block.strip(), folder.resolve("node.txt"));
        await().atMost(START_LIMIT).until(() -> !isRunning() || printed().contains("Ctrl-C stops."));
        assertThat(isRunning()).as("%s: %s", block, printed()).isTrue();
    }

    private Process shell(String commands, Path output) throws IOException {
        ProcessBuilder bash = new ProcessBuilder("bash", "-euc", checkout.addressed(commands))
                .directory(checkout.root().toFile())
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(output.toFile());
        bash.environment().putAll(checkout.environment());
        return bash.start();
    }

    private boolean isRunning() {
        return node.isAlive();
    }

    private String printed() throws IOException {
        return Files.readString(folder.resolve("node.txt"));
    }

    private URI stream() {
        return URI.create(checkout.addressed("http://localhost:8080"));
    }

    /** Each address of the node that a text names. */
    private void assertAnswers(String text) throws IOException, InterruptedException {
        List<String> addresses = ADDRESS.matcher(checkout.addressed(text))
                .results()
                .map(MatchResult::group)
                .distinct()
                .toList();
        assertThat(addresses).isNotEmpty();
        for (String address : addresses) {
            assertThat(http.send(HttpRequest.newBuilder(URI.create(address)).build(), BodyHandlers.ofString())
                            .statusCode())
                    .as(address)
                    .isEqualTo(200);
        }
    }

    private static void assumePrograms(String block) {
        for (List<String> command : ShellBlock.read(block).commands()) {
            Matcher program = Pattern.compile("kubectl|promtool|npm|node").matcher(command.get(0));
            assumeTrue(
                    !program.matches()
                            || Stream.of(System.getenv("PATH").split(File.pathSeparator))
                                    .anyMatch(path -> Files.isExecutable(Path.of(path, command.get(0)))),
                    command.get(0) + " is not on the PATH.");
        }
    }
}
