package io.bulwark.cli.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** A process that starts a broker, prints its process id and waits to be killed. */
final class StartsBrokerAndWaits {

    private static final String PREFIX = "broker pid ";

    private StartsBrokerAndWaits() {}

    public static void main(String[] arguments) throws InterruptedException {
        KafkaProcess kafka = KafkaProcess.start(Path.of(arguments[0], "kafka"), Integer.parseInt(arguments[1]));
        System.out.println(PREFIX + kafka.pid());
        new CountDownLatch(1).await();
    }

    static Optional<Long> brokerPid(Path log) {
        try {
            return Files.readAllLines(log).stream()
                    .filter(line -> line.startsWith(PREFIX))
                    .map(line -> Long.parseLong(line.substring(PREFIX.length())))
                    .findFirst();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
