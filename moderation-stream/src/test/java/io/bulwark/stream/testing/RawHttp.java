package io.bulwark.stream.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Speaks HTTP/1.1 letter by letter, where a client would mend what is to be tested: hosts, paths, lengths. */
public final class RawHttp {

    private static final int TIMEOUT_MILLIS = 10_000;

    private RawHttp() {}

    /** @param headers by lower-case name */
    public record Answer(int status, Map<String, String> headers, String body) {

        /** The name in the problem's type; empty where the answer is no problem. */
        public String problem() {
            var matcher = java.util.regex.Pattern.compile("urn:bulwark:problem:([a-z-]+)")
                    .matcher(body);
            return matcher.find() ? matcher.group(1) : "";
        }
    }

    /** Sends one request and reads its answer to the end, or as much of it as comes within ten seconds. */
    public static Answer send(int port, String method, String target, Map<String, String> headers, String body)
            throws IOException {
        var all = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        all.put("Host", "localhost:" + port);
        all.put("Connection", "close");
        if (!body.isEmpty()) {
            all.put("Content-Length", Integer.toString(body.length()));
        }
        all.putAll(headers);
        var request = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
        all.forEach((name, value) -> request.append(name + ": " + value + "\r\n"));
        request.append("\r\n").append(body);
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            try {
                socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.UTF_8));
            } catch (IOException refusedMeanwhile) {
                // the answer says why
            }
            return parse(read(socket.getInputStream()));
        }
    }

    private static String read(InputStream answer) {
        var bytes = new ByteArrayOutputStream();
        var buffer = new byte[8192];
        try {
            for (int count = answer.read(buffer); count >= 0; count = answer.read(buffer)) {
                bytes.write(buffer, 0, count);
            }
        } catch (IOException ended) {
            // the bytes read until now are the answer
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static Answer parse(String text) {
        if (text.isEmpty()) {
            return new Answer(0, Map.of(), "");
        }
        String[] parts = text.split("\r\n\r\n", 2);
        String[] lines = parts[0].split("\r\n");
        var headers = new TreeMap<String, String>();
        for (int i = 1; i < lines.length; i++) {
            String[] header = lines[i].split(":", 2);
            headers.put(header[0].toLowerCase(java.util.Locale.ROOT), header[1].strip());
        }
        return new Answer(Integer.parseInt(lines[0].split(" ")[1]), headers, parts.length > 1 ? parts[1] : "");
    }
}
