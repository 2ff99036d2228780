package io.bulwark.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulwark.stream.testing.UsersFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Clients that OpenAPI Generator makes of {@code openapi.json} compile, log in, and read an answer and a problem. The
 * profile proof fetches the generator; what it makes is nowhere kept.
 */
@Tag("proof")
class GeneratedClientsIT extends DoorsRig {

    private static final Path GENERATOR = Path.of("target/openapi-generator/openapi-generator-cli.jar");
    private static final Path LOCKED = Path.of("../schemas/clients/typescript");
    private static final long LIMIT_SECONDS = 240;
    private static final String[] EXPECTED = {
        "decision NSFW by WORKER",
        "wrong password 401 urn:bulwark:problem:no-login",
        "unknown image 404 urn:bulwark:problem:no-decision"
    };

    /** With the compiler of the client of topics, in the versions that are locked there. */
    @Test
    void typescript() throws Exception {
        assumeTrue(isThere("npm", "--version") && isThere("node", "--version"), "npm or node is not on the PATH.");
        Path client = generate("typescript-fetch", "api");
        for (String file : List.of("package.json", "package-lock.json")) {
            Files.copy(LOCKED.resolve(file), client.resolve(file));
        }
        run(client, Map.of(), "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline");
        Path source = Files.createDirectories(client.resolve("src"));
        Files.move(client.resolve("api"), source.resolve("api"));
        Files.writeString(source.resolve("package.json"), "{\"type\":\"commonjs\"}");
        copy("main.ts", source);
        Files.writeString(client.resolve("tsconfig.json"), """
                {"compilerOptions": {"target": "ES2022", "lib": ["ES2022", "DOM", "DOM.Iterable"], "module": "NodeNext",
                "strict": true, "types": ["node"], "rootDir": "src", "outDir": "src"}, "include": ["src"],
                "exclude": ["node_modules"]}""");
        run(client, Map.of(), "node", "node_modules/typescript/bin/tsc", "-p", ".");

        assertThat(run(client, Map.of(), words("node", "src/main.js")).lines()).containsExactly(EXPECTED);
    }

    @Test
    void python() throws Exception {
        // Debian's own: another one on the PATH does not see Debian's packages.
        String python = Files.isExecutable(Path.of("/usr/bin/python3")) ? "/usr/bin/python3" : "python3";
        assumeTrue(
                isThere(
                        python,
                        "-c",
                        "import pydantic, urllib3, dateutil, typing_extensions; pydantic.BaseModel.model_validate"),
                "python3 lacks pydantic from 2 on, urllib3, dateutil or typing_extensions.");
        Path client = generate("python", "package");
        copy("main.py", client);
        run(client, Map.of(), python, "-m", "compileall", "-q", "package/bulwark_api");

        Map<String, String> path =
                Map.of("PYTHONPATH", client.resolve("package").toString());
        assertThat(run(client, path, words(python, "main.py")).lines()).containsExactly(EXPECTED);
    }

    private static String[] words(String... program) {
        List<String> words = new ArrayList<>(List.of(program));
        words.addAll(List.of("http://localhost:" + app.port(), "vera", UsersFile.PASSWORD, "img-of-shop"));
        return words.toArray(String[]::new);
    }

    private static Path generate(String language, String into) throws Exception {
        assumeTrue(Files.exists(GENERATOR), "The profile proof fetches the generator.");
        Path client = Files.createDirectories(folder.resolve(language));
        run(
                client,
                Map.of(),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                GENERATOR.toAbsolutePath().toString(),
                "generate",
                "-g",
                language,
                "-i",
                Path.of("openapi.json").toAbsolutePath().toString(),
                "-o",
                client.resolve(into).toString(),
                "--additional-properties",
                "packageName=bulwark_api",
                "--global-property",
                "apiDocs=false,modelDocs=false,apiTests=false,modelTests=false");
        return client;
    }

    private static void copy(String program, Path into) throws IOException {
        try (InputStream source = GeneratedClientsIT.class.getResourceAsStream("clients/" + program)) {
            Files.copy(source, into.resolve(program));
        }
    }

    private static boolean isThere(String... command) throws Exception {
        try {
            return start(folder, Map.of(), command).waitFor() == 0;
        } catch (IOException absent) {
            return false;
        }
    }

    private static String run(Path in, Map<String, String> environment, String... command) throws Exception {
        Process process = start(in, environment, command);
        boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
        if (!ended) {
            process.destroy();
        }
        String said = Files.readString(in.resolve("said"));
        assertThat(ended && process.exitValue() == 0)
                .as("%s said %s", List.of(command), said)
                .isTrue();
        return said;
    }

    private static Process start(Path in, Map<String, String> environment, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(in.toFile())
                .redirectErrorStream(true)
                .redirectOutput(in.resolve("said").toFile());
        builder.environment().putAll(environment);
        return builder.start();
    }
}
