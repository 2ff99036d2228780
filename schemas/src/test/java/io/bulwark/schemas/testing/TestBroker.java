package io.bulwark.schemas.testing;

import io.bulwark.schemas.topic.TopicNames;
import io.smallrye.reactive.messaging.kafka.companion.test.EmbeddedKafkaBroker;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.testcontainers.DockerClientFactory;

/**
 * The broker of a test run: one real Kafka a JVM, started at first use and stopped with the JVM. By Testcontainers
 * where Docker answers, embedded where not; the log says which. The system property {@value #KIND} ({@code container}
 * or {@code embedded}) forces one.
 *
 * <p>Thread-safe.
 */
public final class TestBroker {
    static final String KIND = "bulwark.test.broker";

    private static final Logger LOG = System.getLogger(TestBroker.class.getName());

    private TestBroker() {}

    /** Where the JVM's broker listens, as {@code host:port}; starts it at the first call. */
    public static String bootstrapServers() {
        return shared().bootstrapServers();
    }

    /** Creates the catalogue's topics on the JVM's broker, where they are not there yet. */
    public static void createTopics() {
        shared().createTopics();
    }

    /** The same under a prefix: topics of a test's own, so that nothing need be emptied. */
    public static void createTopics(TopicNames names) {
        shared().createTopics(names);
    }

    /** Empties the catalogue's topics on the JVM's broker by deleting and creating them. */
    public static void recreateTopics() {
        shared().recreateTopics();
    }

    /** A broker of one's own, without topics; the caller closes it. */
    public static Broker fresh() {
        return start();
    }

    private static Broker shared() {
        return Shared.BROKER;
    }

    private static Broker start() {
        String kind = System.getProperty(KIND, "");
        boolean container = switch (kind) {
            case "container" -> true;
            case "embedded" -> false;
            case "" -> DockerClientFactory.instance().isDockerAvailable();
            default ->
                throw new IllegalArgumentException(KIND + " is " + kind + "; allowed are container and embedded.");
        };
        Broker broker = container ? new ContainerBroker() : new EmbeddedBroker();
        LOG.log(
                Level.INFO,
                "Test broker: {0}, at {1}",
                container ? "Testcontainers, " + ContainerBroker.IMAGE : "embedded (KRaft, in this JVM)",
                broker.bootstrapServers());
        return broker;
    }

    /** Starts the shared broker when it is first touched. */
    private static final class Shared {
        static final Broker BROKER = start();

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(BROKER::close, "stop the test broker"));
        }
    }

    /** Kafka's own broker in KRaft mode, in this JVM: starts in about 3 s. */
    static final class EmbeddedBroker implements Broker {
        private final EmbeddedKafkaBroker broker;

        EmbeddedBroker() {
            this.broker = new EmbeddedKafkaBroker()
                    .withNodeId(0)
                    .withDeleteLogDirsOnClose(true)
                    .withAdditionalProperties(properties -> properties.putAll(BrokerSettings.SINGLE_NODE))
                    .start();
        }

        /** Without the listener's protocol, which foreign clients such as kcat do not take. */
        @Override
        public String bootstrapServers() {
            String listeners = broker.getAdvertisedListeners();
            return listeners.substring(listeners.indexOf("://") + 3);
        }

        @Override
        public void close() {
            broker.close();
        }
    }
}
