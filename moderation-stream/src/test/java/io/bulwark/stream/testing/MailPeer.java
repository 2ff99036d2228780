package io.bulwark.stream.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A mail server on this machine that takes everything: as much of SMTP (RFC 5321) as a client without TLS needs. */
public final class MailPeer implements AutoCloseable {

    /** Whole messages, headers included. */
    public final List<String> taken = new CopyOnWriteArrayList<>();

    private final ServerSocket server;

    public MailPeer() {
        try {
            server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        } catch (IOException noPort) {
            throw new UncheckedIOException(noPort);
        }
        var thread = new Thread(this::serve, "mail-peer");
        thread.setDaemon(true);
        thread.start();
    }

    public int port() {
        return server.getLocalPort();
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket client = server.accept()) {
                talk(client);
            } catch (IOException gone) {
                // the client, or the test's end
            }
        }
    }

    private void talk(Socket client) throws IOException {
        var lines = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
        answer(client, "220 ready");
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("DATA")) {
                answer(client, "354 go on");
                var message = new StringBuilder();
                for (line = lines.readLine(); line != null && !line.equals("."); line = lines.readLine()) {
                    message.append(line).append('\n');
                }
                taken.add(message.toString());
            }
            answer(client, line != null && line.startsWith("QUIT") ? "221 bye" : "250 ok");
        }
    }

    private static void answer(Socket client, String line) throws IOException {
        client.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException already) {
            throw new UncheckedIOException(already);
        }
    }
}
