package io.bulwark.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import io.bulwark.cli.BulwarkCommand;
import io.bulwark.deploy.image.PlannedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Model.CommandSpec;

/** The pages on deploying: each of their commands does what it can do without a cluster. */
class DeployPageTest {

    private static final Path ROOT = Pages.ROOT;
    private static final Pattern OBJECT = Pattern.compile("\\b(?:kafka|statefulset|deployment|service|pod)/([a-z-]+)"
            + "|app\\.kubernetes\\.io/name=([a-z-]+)|\\b([a-z-]+):/");

    /** What every Linux has, and what runs on the reader's side alone. */
    private static final Set<String> TOOLS =
            Set.of("cat", "cut", "date", "openssl", "printf", "sed", "sha256sum", "sleep");

    static Stream<List<String>> commands() throws IOException {
        return pages().stream()
                .flatMap(page -> Pages.blocks(page, "sh").stream())
                .flatMap(block -> ShellBlock.read(block).commands().stream());
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandIsRightAsFarAsItCanBeTold(List<String> command) throws IOException {
        String program = command.get(0);
        List<String> words = command.subList(1, command.size());
        switch (program) {
            case "kubectl" -> checkKubectl(words);
            case "promtool" -> Program.PROMTOOL.output(ROOT, words.toArray(String[]::new));
            case "docker" -> checkDocker(words);
            case "mvn" -> checkMaven(words);
            case "deploy/local/bulwark" -> PagesTest.BULWARK.parseArgs(words.toArray(String[]::new));
            case "helm" -> checkHelm(words);
            case "java" -> checkJava(words);
            case "kind" -> {
                assertThat(words.subList(0, 2)).containsExactly("load", "image-archive");
                assertThat(tars()).contains(words.get(2));
            }
            default -> assertThat(TOOLS).as("%s", command).contains(program);
        }
    }

    /** A cluster pulls what the overlay names, so no image may be left that is in no registry. */
    @Test
    void withTheImagesOfThePageEveryImageOfOursComesFromYourRegistry() throws IOException {
        String images = Pages.blocks(ROOT.resolve("deploy/docs/kubernetes.md"), "yaml").stream()
                .filter(block -> block.startsWith("images:\n"))
                .findFirst()
                .orElseThrow();
        for (String overlay : List.of("dev", "cpu", "gpu", "production")) {
            Path copy = Files.createTempDirectory(Path.of("target"), "images");
            Path kubernetes = copy.toRealPath()
                    .relativize(ROOT.resolve("deploy/kubernetes").toRealPath());
            Files.writeString(
                    copy.resolve("kustomization.yaml"),
                    "resources:\n  - " + kubernetes.resolve("overlays").resolve(overlay) + "\n" + images);
            String rendered = Program.KUBECTL.output(copy, "kustomize", ".");
            assertThat(rendered).contains("image: registry.example.com/bulwark/embed-worker");
            assertThat(Pattern.compile("image: \"?bulwark/\\S+")
                            .matcher(rendered)
                            .results()
                            .map(MatchResult::group))
                    .as("images of %s that no registry has", overlay)
                    .isEmpty();
        }
    }

    /** Without a default class of the cluster, or where another is wanted, each claim names one. */
    @Test
    void withThePatchesOfThePageEveryClaimNamesItsStorageClass() throws IOException {
        String patches = Pages.blocks(ROOT.resolve("deploy/docs/kubernetes.md"), "yaml").stream()
                .filter(block -> block.startsWith("patches:\n"))
                .findFirst()
                .orElseThrow();
        Path copy = Files.createTempDirectory(Path.of("target"), "storage");
        Path overlay = copy.toRealPath()
                .relativize(
                        ROOT.resolve("deploy/kubernetes/overlays/production").toRealPath());
        Files.writeString(copy.resolve("kustomization.yaml"), "resources:\n  - " + overlay + "\n" + patches);
        String rendered = Program.KUBECTL.output(copy, "kustomize", ".");
        long claims = Pattern.compile("(?m)^ +(?:storage|size): \\d+Gi$")
                .matcher(rendered)
                .results()
                .count();
        assertThat(Pattern.compile("(?m)^[ -]+(?:class|storageClass|storageClassName): fast$")
                        .matcher(rendered)
                        .results())
                .as("storage classes of %s claims", claims)
                .hasSize((int) claims);
        assertThat(claims).isEqualTo(4);
    }

    /** The cluster's Kafka is not reached from a checkout, and a pod has none. */
    @Test
    void onKubernetesNoCommandOfACheckoutAsksKafka() {
        Path page = ROOT.resolve("deploy/docs/kubernetes.md");
        assertThat(Pages.blocks(page, "sh").stream()
                        .flatMap(block -> ShellBlock.read(block).commands().stream())
                        .filter(command -> command.get(0).equals("deploy/local/bulwark"))
                        .map(command -> PagesTest.BULWARK
                                .parseArgs(command.stream().skip(1).toArray(String[]::new))
                                .asCommandLineList()))
                .isNotEmpty()
                .allSatisfy(commands -> assertThat(commands.get(commands.size() - 1)
                                .getCommandSpec()
                                .findOption("--bootstrap-servers"))
                        .isNull());
    }

    /** What Docker publishes on this machine, without the profiles that are named in words. */
    @Test
    void thePageOnComposeNamesThePortsThatItPublishes() throws IOException {
        List<String> published = new ArrayList<>();
        for (JsonNode service : new ObjectMapper(new YAMLFactory())
                .readTree(ROOT.resolve("deploy/compose/compose.yaml").toFile())
                .path("services")) {
            if (!service.has("profiles")) {
                service.path("ports")
                        .forEach(port -> published.add(port.asText().split(":")[1]));
            }
        }
        assertThat(Pages.rows(ROOT.resolve("deploy/docs/compose.md")).stream()
                        .map(row -> row.split("\\s*\\|\\s*")[1])
                        .filter(cell -> cell.matches("\\d+")))
                .containsExactlyInAnyOrderElementsOf(published);
    }

    /** The local node has no port but these, and one that was free: what it prints. */
    @Test
    void pagesNameThePortsThatTheLocalNodeHas() {
        CommandSpec local =
                BulwarkCommand.commandLine().getSubcommands().get("local").getCommandSpec();
        List<String> ports = local.options().stream()
                .filter(option -> option.longestName().endsWith("-port"))
                .map(option -> option.defaultValue() == null
                        ? String.valueOf(option.<Object>getValue())
                        : option.defaultValue())
                .toList();
        assertThat(ports).contains("8080", "8081", "9092");
        for (String page : List.of(
                "README.md",
                "deploy/docs/first-hour.md",
                "moderation-stream/docs/first-hour.md",
                "schemas/clients/first-hour.md",
                "embed-worker/docs/first-hour.md")) {
            assertThat(Pattern.compile("(?:localhost:|port )(\\d+)")
                            .matcher(Pages.text(page))
                            .results()
                            .map(port -> port.group(1)))
                    .as("ports on %s", page)
                    .isSubsetOf(ports);
        }
    }

    /** A page on what to do names settings that the program has. */
    @Test
    void theSecurityPageNamesEveryWayToLogIn() {
        String security = Pages.text(".github/SECURITY.md");
        assertThat(Pages.text("moderation-stream/docs/settings.md"))
                .contains("| `bulwark.access.users-file` |", "| `bulwark.access.oidc.enabled` |");
        assertThat(security)
                .contains("`bulwark.access.users-file`", "`bulwark.access.oidc.enabled`", "docs/access.md")
                .doesNotContain("no accounts");
    }

    @Test
    void everyOverlayAndEveryAlertForTheNightIsNamed() throws IOException {
        String pages = pages().stream().map(Pages::text).collect(Collectors.joining("\n"));
        try (Stream<Path> overlays = Files.list(ROOT.resolve("deploy/kubernetes/overlays"))) {
            assertThat(overlays.map(overlay -> "| `" + overlay.getFileName() + "` |"))
                    .allSatisfy(row -> assertThat(pages).contains(row));
        }
        Matcher alert = Pattern.compile("alert: (\\w+)\n(?:(?!alert:)[\\s\\S])*?severity: critical")
                .matcher(Files.readString(ROOT.resolve("deploy/prometheus/alerts.yaml")));
        assertThat(alert.results().map(found -> found.group(1)))
                .hasSize(5)
                .allSatisfy(name -> assertThat(pages).contains("`" + name + "`"));
    }

    /** What names a folder is rendered; what asks a cluster names objects that one of the overlays has. */
    private static void checkKubectl(List<String> words) {
        String rendered = Program.KUBECTL.outputOnce(
                ROOT,
                "kustomize",
                words.stream()
                        .filter(word -> word.startsWith("deploy/"))
                        .findFirst()
                        .orElse("deploy/kubernetes/overlays/cpu"));
        assertThat(rendered).contains("kind: ");
        if (words.get(0).equals("-n")) {
            rendered += Program.KUBECTL.outputOnce(ROOT, "kustomize", "deploy/kubernetes/curator");
            assertThat(rendered).contains("namespace: " + words.get(1) + "\n");
            if (words.size() > 5 && words.subList(2, 5).equals(List.of("create", "secret", "generic"))) {
                assertThat(rendered).contains("secretName: " + words.get(5) + "\n");
                return;
            }
            Matcher named = OBJECT.matcher(String.join(" ", words));
            assertThat(named.find()).as("an object is named in %s", words).isTrue();
            String name = Stream.of(named.group(1), named.group(2), named.group(3))
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElseThrow();
            assertThat(rendered).contains("name: " + name + "\n");
        }
    }

    private static List<String> tars() {
        return PlannedImage.all().stream()
                .map(image -> "deploy/target/image/" + image.tar())
                .toList();
    }

    private static void checkDocker(List<String> words) {
        switch (words.get(0)) {
            case "compose" -> Program.DOCKER_COMPOSE.outputOnce(ROOT, "-f", words.get(2), "config", "--quiet");
            case "load" -> assertThat(tars()).contains(words.get(2));
            case "run" -> {
                PlannedImage cli = PlannedImage.named("cli");
                int image = words.indexOf(cli.reference());
                assertThat(image).as("the command line's image in %s", words).isPositive();
                PagesTest.BULWARK.parseArgs(
                        words.subList(image + 1, words.size()).toArray(String[]::new));
            }
            default -> fail("no check for docker " + words);
        }
    }

    /** The programs of the tar file, started with options of the JVM that the local node gives them. */
    private static void checkJava(List<String> words) throws IOException {
        String release = Files.readString(ROOT.resolve("deploy/release.xml"));
        String services =
                Files.readString(ROOT.resolve("embed-worker/cli/src/main/java/io/bulwark/cli/local/ServiceSpec.java"));
        int jar = words.indexOf("-jar");
        assertThat(words.subList(jar + 1, words.size()))
                .singleElement()
                .asString()
                .endsWith("/quarkus-run.jar")
                .satisfies(path -> assertThat(release)
                        .contains("<outputDirectory>" + path.replace("/quarkus-run.jar", "") + "</outputDirectory>"));
        assertThat(words.subList(0, jar)).allSatisfy(word -> {
            if (word.startsWith("-D")) {
                assertThat(word.substring(2).split("=")[0]).isIn("ai.djl.offline", "smallrye.config.locations");
            } else {
                assertThat(services).contains('"' + word + '"');
            }
        });
    }

    /** Helm renders the chart with the values that the command gives it. */
    private static void checkHelm(List<String> words) {
        assertThat(words.subList(0, 2)).containsExactly("upgrade", "--install");
        TemplateCommand template =
                new Helm(ROOT.resolve(words.get(3))).template().withKubeVersion("1.30.0");
        for (int i = 4; i < words.size(); i += 2) {
            String value = words.get(i + 1);
            template = switch (words.get(i)) {
                case "--namespace" -> template.withNamespace(value);
                case "--values" -> template.withValuesFile(ROOT.resolve(value));
                case "--set" -> template.set(value.split("=", 2)[0], value.split("=", 2)[1]);
                default -> fail("no check for " + words.get(i));
            };
        }
        assertThat(template.withName(words.get(2)).call()).contains("kind: ");
    }

    /** Phases, profiles and properties are those of the poms. */
    private static void checkMaven(List<String> words) throws IOException {
        String pom = Files.readString(ROOT.resolve("deploy/pom.xml"))
                + Files.readString(ROOT.resolve("embed-worker/service/pom.xml"));
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

    private static List<Path> pages() throws IOException {
        try (Stream<Path> pages = Files.list(ROOT.resolve("deploy/docs"))) {
            return pages.sorted().toList();
        }
    }
}
