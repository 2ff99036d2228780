package io.bulwark.lab.proof;

import io.bulwark.cli.local.ChildProcess;
import io.bulwark.cli.local.ChildProcess.JavaCommand;
import io.bulwark.cli.local.KafkaProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A process that passes on what comes over TCP some time later, in both directions, for kernels without {@code netem}.
 * Two threads for each direction of a connection.
 *
 * <p>{@code ProofRelay MILLIS SOURCE PORT=HOST:PORT …}: it connects from the address {@code SOURCE}.
 */
public final class ProofRelay {

    private static final int FIRST_PORT = 19090;
    private static final Duration READY_LIMIT = Duration.ofMinutes(4);
    private static final int CHUNK_BYTES = 64 << 10;
    private static final int MOST_CHUNKS = 64;

    private final long delayNanos;

    ProofRelay(long delayMillis) {
        this.delayNanos = TimeUnit.MILLISECONDS.toNanos(delayMillis);
    }

    public static void main(String[] arguments) throws IOException {
        ProofRelay relay = new ProofRelay(Long.parseLong(arguments[0]));
        InetAddress source = InetAddress.getByName(arguments[1]);
        for (String route : Arrays.asList(arguments).subList(2, arguments.length)) {
            String[] parts = route.split("[=:]");
            relay.listen(
                    new ServerSocket(Integer.parseInt(parts[0])),
                    source,
                    new InetSocketAddress(parts[1], Integer.parseInt(parts[2])));
        }
    }

    /**
     * Starts one around a broker: all that reaches or leaves it is that late, until the process is closed. Its rules go
     * with {@link ProofNetwork#heal}.
     */
    static ChildProcess around(ProofNetwork network, String broker, Duration delay, Path log) {
        List<String> arguments = new ArrayList<>(List.of(Long.toString(delay.toMillis()), network.second(broker)));
        List<Runnable> rules = new ArrayList<>();
        for (String target : ProofCluster.BROKERS) {
            for (int port : ProofBrokers.PORTS) {
                int relay = FIRST_PORT + rules.size();
                arguments.add(relay + "=" + network.address(target) + ":" + port);
                rules.add(
                        target.equals(broker)
                                ? () -> network.redirectTo(broker, port, relay)
                                : () -> network.redirectFrom(broker, target, port, relay));
            }
        }
        JavaCommand command = new JavaCommand(
                ProofRelay.class.getName(),
                KafkaProcess.ownClasspath(),
                List.of("-Xmx64m", "-Xss256k", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                Map.of(),
                arguments,
                Map.of());
        ChildProcess process = ChildProcess.start("relay", network.inside(broker), command, log, Duration.ofSeconds(5));
        process.awaitReady(() -> waitsFor(network, broker, FIRST_PORT + rules.size() - 1), READY_LIMIT);
        rules.forEach(Runnable::run);
        return process;
    }

    /** @param port that it opens last */
    private static Optional<String> waitsFor(ProofNetwork network, String broker, int port) {
        String open = "exec 3<>/dev/tcp/127.0.0.1/" + port;
        List<String> words = new ArrayList<>(network.inside(broker));
        words.addAll(List.of("bash", "-c", open));
        return ProofNetwork.Shell.run(words.toArray(String[]::new)).status() == 0
                ? Optional.empty()
                : Optional.of("nothing listens on " + port);
    }

    /** Passes on each connection to it until it is closed. */
    void listen(ServerSocket server, InetAddress source, InetSocketAddress target) {
        thread(() -> {
            while (!server.isClosed()) {
                Socket client = server.accept();
                thread(() -> connect(client, source, target));
            }
        });
    }

    private void connect(Socket client, InetAddress source, InetSocketAddress target) throws IOException {
        Socket onward = new Socket();
        try {
            onward.bind(new InetSocketAddress(source, 0));
            onward.connect(target);
            passOn(client, onward);
            passOn(onward, client);
        } catch (IOException refused) {
            client.close();
            onward.close();
        }
    }

    /** @param bytes none at the end */
    private record Chunk(byte[] bytes, long dueNanos) {}

    private void passOn(Socket from, Socket to) {
        BlockingQueue<Chunk> chunks = new ArrayBlockingQueue<>(MOST_CHUNKS);
        thread(() -> {
            byte[] buffer = new byte[CHUNK_BYTES];
            int read = 0;
            while (read >= 0) {
                read = readOrEnd(from, buffer);
                chunks.put(new Chunk(Arrays.copyOf(buffer, Math.max(read, 0)), System.nanoTime() + delayNanos));
            }
        });
        thread(() -> {
            try (to) {
                OutputStream out = to.getOutputStream();
                for (Chunk next = chunks.take(); next.bytes().length > 0; next = chunks.take()) {
                    TimeUnit.NANOSECONDS.sleep(next.dueNanos() - System.nanoTime());
                    out.write(next.bytes());
                }
            } finally {
                from.close();
            }
        });
    }

    private static int readOrEnd(Socket from, byte[] buffer) {
        try {
            InputStream in = from.getInputStream();
            return in.read(buffer);
        } catch (IOException reset) {
            return -1;
        }
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private static void thread(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException closed) {
                        Thread.currentThread().interrupt();
                    } catch (InterruptedException interrupted) {
                        Thread.currentThread().interrupt();
                    }
                },
                "proof-relay");
        thread.start();
    }
}
