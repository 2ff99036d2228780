package io.bulwark.cli.local;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * The broker's own JVM: formats the data folder where it is new, runs broker and controller until SIGTERM.
 *
 * <p>{@code KafkaNode SERVER_PROPERTIES}
 */
final class KafkaNode {

    /** Beside the broker's own settings: the cluster that a new data folder belongs to. Without it a new one. */
    static final String CLUSTER_ID = "bulwark.cluster-id";

    private KafkaNode() {}

    public static void main(String[] arguments) throws Exception {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of(arguments[0]))) {
            properties.load(reader);
        }
        format(properties);
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties), Time.SYSTEM);
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown, "kafka-shutdown"));
        server.startup();
        server.awaitShutdown();
    }

    private static void format(Properties properties) throws Exception {
        String folder = properties.getProperty("log.dirs");
        Uuid cluster = Uuid.fromString(
                properties.getProperty(CLUSTER_ID, Uuid.randomUuid().toString()));
        if (isFormatted(Path.of(folder))) {
            return;
        }
        new Formatter()
                .setClusterId(cluster.toString())
                .setNodeId(Integer.parseInt(properties.getProperty("node.id")))
                .setControllerListenerName(properties.getProperty("controller.listener.names"))
                .setDirectories(List.of(folder))
                .setMetadataLogDirectory(folder)
                .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
                .setReleaseVersion(MetadataVersion.latestProduction())
                .run();
    }

    private static boolean isFormatted(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.anyMatch(file -> file.endsWith("meta.properties"));
        }
    }
}
