package io.bulwark.cli.bank;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.BulwarkCommand;
import io.bulwark.cli.local.KafkaProcess;
import io.bulwark.cli.local.Topology;
import io.bulwark.cli.local.Topology.Ports;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/** {@code bulwark bank …} at its own broker, as a user types it, with answers as JSON. One thread. */
public final class BankCommandLine implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final KafkaProcess kafka;
    private StringWriter out;
    private StringWriter err;

    private BankCommandLine(KafkaProcess kafka) {
        this.kafka = kafka;
    }

    /** Starts the broker in a folder. */
    public static BankCommandLine start(Path folder) {
        KafkaProcess kafka = KafkaProcess.start(folder.resolve("kafka"), Ports.free());
        Topology.create(kafka.bootstrapServers());
        return new BankCommandLine(kafka);
    }

    public String bootstrapServers() {
        return kafka.bootstrapServers();
    }

    /** Runs a command; answers its exit status. */
    public int run(String... arguments) {
        out = new StringWriter();
        err = new StringWriter();
        List<String> line = new ArrayList<>(List.of("bank"));
        line.addAll(List.of(arguments));
        line.addAll(List.of("--json", "--bootstrap-servers", kafka.bootstrapServers()));
        return BulwarkCommand.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(line.toArray(String[]::new));
    }

    /** What the last command wrote for people. */
    public String err() {
        return err.toString();
    }

    /** What the last command answered. */
    public List<JsonNode> answers() {
        return out.toString().lines().map(BankCommandLine::json).toList();
    }

    private static JsonNode json(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException noJson) {
            throw new AssertionError(line, noJson);
        }
    }

    /** The settings in a file. */
    public static Properties properties(Path file) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException unreadable) {
            throw new AssertionError(file.toString(), unreadable);
        }
        return properties;
    }

    /** The folder of this checkout. */
    public static Path checkout() {
        return Stream.iterate(Path.of("").toAbsolutePath(), Path::getParent)
                .filter(candidate -> Files.isDirectory(candidate.resolve("deploy/local")))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        kafka.close();
    }
}
