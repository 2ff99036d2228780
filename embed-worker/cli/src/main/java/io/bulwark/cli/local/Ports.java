package io.bulwark.cli.local;

import io.bulwark.cli.terminal.CommandFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** TCP ports of the loopback interface. */
public final class Ports {

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
                    "port " + port + " for " + owner + " is taken by another program on 127.0.0.1: stop it, or choose "
                            + "another port with " + option,
                    taken);
        }
    }
}
