package io.bulwark.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.bulwark.deploy.image.PlannedImage;
import io.bulwark.lab.BulwarkCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The pages on deploying: each of their commands does what it can do without a cluster. */
class DeployPageTest {

    private static final Path ROOT = Checkout.path(".");
    private static final Pattern BLOCK = Pattern.compile("(?s)```sh\n(.*?)```");
    private static final Pattern OBJECT =
            Pattern.compile("\\b(kafka|statefulset|deployment|service)/([a-z-]+)|app\\.kubernetes\\.io/name=([a-z-]+)");

    static Stream<String> commands() throws IOException {
        return BLOCK.matcher(pages())
                .results()
                .flatMap(block -> block.group(1).lines())
                .map(line -> line.replaceFirst("\\s+#.*", "").strip())
                .filter(line -> !line.isEmpty());
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandIsRightAsFarAsItCanBeTold(String command) throws IOException {
        List<String> words = new ArrayList<>(
                Arrays.asList(command.replaceFirst("^[A-Z_]+=\"[^\"]*\" ", "").split(" ")));
        String program = words.remove(0);
        switch (program) {
            case "kubectl" -> checkKubectl(words);
            case "promtool" -> Program.PROMTOOL.output(ROOT, words.toArray(String[]::new));
            case "docker" -> checkDocker(words);
            case "mvn" -> checkMaven(words);
            case "deploy/local/bulwark" -> BulwarkCommand.commandLine().parseArgs(words.toArray(String[]::new));
            case "deploy/helm/assemble" -> assertThat(ROOT.resolve(program)).isExecutable();
            case "helm" -> checkHelm(words);
            default -> fail("nobody checks this command: " + command);
        }
    }

    @Test
    void everyOverlayAndEveryAlertForTheNightIsNamed() throws IOException {
        String pages = pages();
        try (Stream<Path> overlays = Files.list(ROOT.resolve("deploy/kubernetes/overlays"))) {
            assertThat(overlays.map(overlay -> "| `" + overlay.getFileName() + "` |"))
                    .allSatisfy(row -> assertThat(pages).contains(row));
        }
        Matcher alert = Pattern.compile("alert: (\\w+)\n(?:(?!alert:)[\\s\\S])*?severity: critical")
                .matcher(Files.readString(ROOT.resolve("deploy/prometheus/alerts.yaml")));
        assertThat(alert.results().map(found -> found.group(1)))
                .hasSize(2)
                .allSatisfy(name -> assertThat(pages).contains("`" + name + "`"));
    }

    /** What names a folder is rendered; what asks a cluster names objects that one of the overlays has. */
    private static void checkKubectl(List<String> words) {
        String rendered = Program.KUBECTL.output(
                ROOT,
                "kustomize",
                words.stream()
                        .filter(word -> word.startsWith("deploy/"))
                        .findFirst()
                        .orElse("deploy/kubernetes/overlays/cpu"));
        assertThat(rendered).contains("kind: Kafka\n");
        if (words.get(0).equals("-n")) {
            assertThat(rendered).contains("namespace: " + words.get(1) + "\n");
            if (words.size() > 5 && words.subList(2, 5).equals(List.of("create", "secret", "generic"))) {
                assertThat(rendered).contains("secretName: " + words.get(5) + "\n");
                return;
            }
            Matcher named = OBJECT.matcher(String.join(" ", words));
            assertThat(named.find()).as("an object is named in %s", words).isTrue();
            assertThat(rendered).contains("name: " + (named.group(2) == null ? named.group(3) : named.group(2)) + "\n");
        }
    }

    private static void checkDocker(List<String> words) {
        switch (words.get(0)) {
            case "compose" -> Program.DOCKER_COMPOSE.output(ROOT, "-f", words.get(2), "config", "--quiet");
            case "load" ->
                assertThat(PlannedImage.all().stream().map(image -> "deploy/target/image/" + image.tar()))
                        .contains(words.get(2));
            case "run" -> {
                PlannedImage cli = PlannedImage.named("cli");
                int image = words.indexOf(cli.reference());
                assertThat(image).as("the command line's image in %s", words).isPositive();
                BulwarkCommand.commandLine()
                        .parseArgs(words.subList(image + 1, words.size()).toArray(String[]::new));
            }
            default -> fail("nobody checks docker " + words);
        }
    }

    /** It takes the chart from where it is assembled to, and an overlay that is there. */
    private static void checkHelm(List<String> words) throws IOException {
        assertThat(Files.readString(ROOT.resolve("deploy/helm/assemble"))).contains("target/helm/bulwark");
        assertThat(words).contains("deploy/target/helm/bulwark");
        assertThat(words)
                .filteredOn(word -> word.startsWith("overlay="))
                .hasSize(1)
                .allSatisfy(word -> assertThat(ROOT.resolve("deploy/kubernetes/overlays/" + word.substring(8)))
                        .exists());
    }

    /** Phases, profiles and properties are those of the poms. */
    private static void checkMaven(List<String> words) throws IOException {
        String pom = Files.readString(ROOT.resolve("deploy/pom.xml"));
        assertThat(words).containsAnyOf("package", "verify").allSatisfy(word -> {
            if (word.startsWith("-P")) {
                assertThat(word.substring(2).split(","))
                        .allSatisfy(profile -> assertThat(pom).contains("<id>" + profile + "</id>"));
            } else if (word.startsWith("-Dimage.")) {
                assertThat(pom).contains("<" + word.substring(2, word.indexOf('=')) + ">");
            } else {
                assertThat(word).isIn("package", "verify", "-DskipTests");
            }
        });
    }

    private static String pages() throws IOException {
        StringBuilder text = new StringBuilder();
        try (Stream<Path> pages = Files.list(ROOT.resolve("deploy/docs"))) {
            for (Path page : pages.sorted().toList()) {
                text.append(Files.readString(page)).append('\n');
            }
        }
        return text.toString();
    }
}
