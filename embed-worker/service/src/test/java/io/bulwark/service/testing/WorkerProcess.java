package io.bulwark.service.testing;

import io.bulwark.events.Reason;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.serde.EventDeserializer;
import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.service.loop.KafkaClients;
import io.bulwark.service.loop.LoopSettings.Lane;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;

/**
 * A whole worker in a separate JVM, which dies over uploads whose id begins with {@value #DEADLY}. It has a lasting
 * name, so that the one that is started after it gets its partitions at once, as a restarted container does.
 */
public final class WorkerProcess implements AutoCloseable {

    /** How the ids of uploads begin that are a worker's end. */
    public static final String DEADLY = "deadly";

    /** What the process exits with then. */
    public static final int KILLED_BY_UPLOAD = 3;

    private final Process process;

    private WorkerProcess(Process process) {
        this.process = process;
    }

    /**
     * Starts one on the JVM's broker.
     *
     * @param name of its group and of its bank
     * @param log where its output is added
     */
    public static WorkerProcess start(String name, Path log) throws IOException {
        return start(name, log, Map.of());
    }

    /** The same with further settings. */
    public static WorkerProcess start(String name, Path log, Map<String, String> settings) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                WorkerProcess.class.getName(),
                TestBroker.bootstrapServers(),
                name));
        settings.forEach((key, value) -> command.add(key + "=" + value));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        return new WorkerProcess(process);
    }

    /** The process: works until its input ends, and is drained then. */
    public static void main(String[] arguments) throws IOException {
        Map<String, String> settings = new HashMap<>(Map.of(
                "bulwark.kafka.instance", "restarted",
                "bulwark.schemas.write", "3"));
        Arrays.stream(arguments).skip(2).forEach(setting -> {
            int equals = setting.indexOf('=');
            settings.put(setting.substring(0, equals), setting.substring(equals + 1));
        });
        WorkerUnderTest worker = WorkerUnderTest.start(
                arguments[0], arguments[1], settings, clients -> new DeadlyClients(clients, DEADLY));
        while (System.in.read() >= 0) {
            continue;
        }
        worker.close();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** What it exited with. */
    public int exitValue() {
        return process.exitValue();
    }

    /** As {@code kill -9} does it. */
    public void kill() {
        process.destroyForcibly();
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> !process.isAlive());
    }

    /** Drains it. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(40, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the worker was not drained in time");
            }
        } catch (IOException dead) {
            throw new IllegalStateException("the worker is dead already", dead);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
        }
    }

    /**
     * Real clients in a JVM that ends, without a word to anybody, when the verdict on a deadly upload is sent: so late
     * that all its neighbours are in flight with it. Only the refusal of poison it lives through.
     */
    static final class DeadlyClients extends InterceptedClients {

        private final String deadly;
        private final EventDeserializer<Verdict> verdicts = new EventDeserializer<>(Verdict.class);

        DeadlyClients(KafkaClients real, String deadly) {
            super(real);
            this.deadly = deadly;
        }

        @Override
        @SuppressWarnings("unchecked")
        void before(Lane lane, Producer<byte[], byte[]> producer, Method method, Object[] arguments) {
            if (method.getName().equals("send")) {
                dieOver((ProducerRecord<byte[], byte[]>) arguments[0]);
            }
        }

        private void dieOver(ProducerRecord<byte[], byte[]> record) {
            if (Topics.VERDICTS.isNamed(record.topic())) {
                Verdict verdict = verdicts.deserialize(record.topic(), record.value());
                if (verdict.getImageId().startsWith(deadly) && verdict.getReason() != Reason.POISON) {
                    Runtime.getRuntime().halt(WorkerProcess.KILLED_BY_UPLOAD);
                }
            }
        }
    }
}
