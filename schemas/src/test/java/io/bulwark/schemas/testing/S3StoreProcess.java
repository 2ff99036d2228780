package io.bulwark.schemas.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A real S3-speaking store, S3Proxy, in a separate JVM: buckets are folders, objects are files. It lets in one user.
 * The build puts the program where the system property {@value #PROGRAM} says.
 */
public final class S3StoreProcess implements AutoCloseable {

    public static final String USER = "the-user";
    public static final String SECRET = "the-secret";

    private static final String PROGRAM = "bulwark.test.s3proxy";

    private final Process process;
    private final int port;

    private S3StoreProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts one over the folders in a folder; its settings and its log lie beside it. */
    public static S3StoreProcess start(Path buckets) throws IOException {
        int port = freePort();
        Path settings = Files.write(
                buckets.resolveSibling("s3proxy.properties"),
                List.of(
                        "s3proxy.endpoint=http://127.0.0.1:" + port,
                        "s3proxy.authorization=aws-v4",
                        "s3proxy.identity=" + USER,
                        "s3proxy.credential=" + SECRET,
                        "jclouds.provider=filesystem-nio2",
                        "jclouds.identity=none",
                        "jclouds.credential=none",
                        "jclouds.filesystem.basedir=" + buckets));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-jar",
                        System.getProperty(PROGRAM),
                        "--properties",
                        settings.toString())
                .redirectErrorStream(true)
                .redirectOutput(buckets.resolveSibling("s3proxy.log").toFile())
                .start();
        S3StoreProcess store = new S3StoreProcess(process, port);
        await("S3Proxy listens").atMost(Duration.ofSeconds(60)).until(() -> !process.isAlive() || store.listens());
        if (!process.isAlive()) {
            throw new IllegalStateException(
                    "S3Proxy ended: " + Files.readString(buckets.resolveSibling("s3proxy.log")));
        }
        return store;
    }

    /** Its address, on the loopback interface. */
    public String endpoint() {
        return "http://127.0.0.1:" + port;
    }

    private boolean listens() {
        try (Socket probe = new Socket("127.0.0.1", port)) {
            return probe.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
