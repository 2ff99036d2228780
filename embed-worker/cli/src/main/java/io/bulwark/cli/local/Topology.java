package io.bulwark.cli.local;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;

/** Creates the catalogue's topics on a broker. */
public final class Topology {

    private Topology() {}

    /**
     * Creates every topic of {@link Topics} that the broker does not have, unreplicated; those it has stay as they are.
     *
     * @throws CommandFailure if the broker refuses
     */
    public static void create(String bootstrapServers) {
        create(bootstrapServers, TopicNames.UNPREFIXED);
    }

    /** The same under a prefix. */
    public static void create(String bootstrapServers, TopicNames names) {
        create(bootstrapServers, names, (short) 1);
    }

    /** The same, replicated. */
    public static void create(String bootstrapServers, TopicNames names, short replication) {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
            Set<String> present = admin.listTopics().names().get();
            List<NewTopic> missing = names.newTopics(replication).stream()
                    .filter(topic -> !present.contains(topic.name()))
                    .toList();
            admin.createTopics(missing).all().get();
        } catch (ExecutionException refused) {
            throw CommandFailure.unavailable(
                    "the broker at " + bootstrapServers + " did not create the topics: "
                            + refused.getCause().getMessage(),
                    refused);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("interrupted while creating topics", interrupted);
        }
    }

    /** TCP ports of the loopback interface. */
    public static final class Ports {

        private Ports() {}

        /** A port that nothing listens on at this moment. */
        public static int free() {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException noPort) {
                throw new UncheckedIOException("no free port on the loopback interface", noPort);
            }
        }

        /** Whether something listens there. */
        static boolean isOpen(int port) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
                return true;
            } catch (IOException closed) {
                return false;
            }
        }

        /**
         * Checks that a port is free.
         *
         * @param port the port
         * @param owner what wants it, for the message
         * @param option the command's option that chooses another
         * @throws CommandFailure where something listens there
         */
        static void requireFree(int port, String owner, String option) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            } catch (IOException taken) {
                throw CommandFailure.unavailable(
                        "port " + port + " for " + owner
                                + " is taken by another program on 127.0.0.1: stop it, or choose "
                                + "another port with " + option,
                        taken);
            }
        }
    }
}
