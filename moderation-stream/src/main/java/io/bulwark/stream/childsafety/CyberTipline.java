package io.bulwark.stream.childsafety;

import io.bulwark.stream.ChildSafetyConfig;
import io.bulwark.stream.StreamSettings;
import io.bulwark.stream.picture.SignedHttp;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * Speaks the CyberTipline Reporting API as its public documentation describes it
 * (https://report.cybertip.org/ispws/documentation): {@code /submit} opens a report, {@code /upload} and {@code
 * /fileinfo} add a file, {@code /finish} sends it, {@code /retract} takes an open one back. It was tried against a receiver
 * of the tests alone, never against the real service. Blocks for the timeout at most. Any thread.
 */
final class CyberTipline implements CaseReports.Receiver {

    private static final int MOST_ANSWER_BYTES = 64 << 10;
    private static final String XML = "text/xml; charset=utf-8";
    private static final String CRLF = "\r\n";

    private final String url;
    private final String authorization;
    private final Duration timeout;
    private final HttpClient http;

    /** @param config already checked */
    CyberTipline(ChildSafetyConfig.Report config) {
        String password = StreamSettings.secret(config.passwordFile().orElseThrow(), text -> text, "password");
        this.url = config.url().orElseThrow().toString().replaceAll("/+$", "");
        this.authorization = "Basic "
                + Base64.getEncoder()
                        .encodeToString(
                                (config.username().orElseThrow() + ":" + password).getBytes(StandardCharsets.UTF_8));
        this.timeout = config.timeout();
        this.http = SignedHttp.client(timeout);
    }

    @Override
    public Answer submit(byte[] report) {
        return send("/submit", XML, BodyPublishers.ofByteArray(report));
    }

    @Override
    public Answer upload(String reportId, byte[] file) {
        var form = new Form();
        form.text("id", reportId);
        form.file("file", file);
        return send("/upload", form.type(), form.body());
    }

    @Override
    public Answer fileInfo(byte[] details) {
        return send("/fileinfo", XML, BodyPublishers.ofByteArray(details));
    }

    @Override
    public Answer finish(String reportId) {
        return ofReport("/finish", reportId);
    }

    @Override
    public Answer retract(String reportId) {
        return ofReport("/retract", reportId);
    }

    private Answer ofReport(String path, String reportId) {
        var form = new Form();
        form.text("id", reportId);
        return send(path, form.type(), form.body());
    }

    private Answer send(String path, String type, BodyPublisher body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(timeout)
                .header("Authorization", authorization)
                .header("Content-Type", type)
                .POST(body)
                .build();
        CompletableFuture<HttpResponse<byte[]>> asked =
                http.sendAsync(request, head -> new SignedHttp.BoundedBody(MOST_ANSWER_BYTES));
        try {
            HttpResponse<byte[]> answer = asked.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return answer(answer.statusCode(), answer.body());
        } catch (TimeoutException late) {
            return new Answer.Silent("no answer within " + timeout.toSeconds() + " s");
        } catch (ExecutionException unreachable) {
            return new Answer.Silent(unreachable.getCause().getClass().getSimpleName());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return new Answer.Silent("the application is about to stop");
        } finally {
            asked.cancel(true);
        }
    }

    /** What an answer says; one that is no document of the receiver says nothing of the call. */
    static Answer answer(int status, byte[] body) {
        if (status == 401 || status == 403) {
            return new Answer.Refused(Answer.NOT_AUTHORIZED);
        }
        Document document = document(body);
        String code = document == null ? "" : text(document, "responseCode");
        if (!code.matches("[0-9]{1,6}")) {
            return new Answer.Silent("status " + status + " without a response code");
        }
        return code.equals("0")
                ? new Answer.Done(text(document, "reportId"), text(document, "fileId"))
                : new Answer.Refused(Integer.parseInt(code));
    }

    private static Document document(byte[] body) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            var builder = factory.newDocumentBuilder();
            builder.setErrorHandler(null);
            return builder.parse(new ByteArrayInputStream(body));
        } catch (SAXException | IOException noXml) {
            return null;
        } catch (ParserConfigurationException missing) {
            throw new IllegalStateException("Every JDK can refuse a document type", missing);
        }
    }

    private static String text(Document document, String name) {
        NodeList found = document.getElementsByTagName(name);
        return found.getLength() == 0 ? "" : found.item(0).getTextContent().strip();
    }

    /** A body of {@code multipart/form-data} (RFC 7578). */
    private static final class Form {

        private final String boundary = "bulwark-" + UUID.randomUUID();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        void text(String name, String value) {
            head(name, "");
            put(CRLF + value + CRLF);
        }

        void file(String name, byte[] content) {
            head(name, "; filename=\"file\"");
            put("Content-Type: application/octet-stream" + CRLF + CRLF);
            bytes.writeBytes(content);
            put(CRLF);
        }

        private void head(String name, String more) {
            put("--" + boundary + CRLF + "Content-Disposition: form-data; name=\"" + name + "\"" + more + CRLF);
        }

        private void put(String text) {
            bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        }

        String type() {
            return "multipart/form-data; boundary=" + boundary;
        }

        BodyPublisher body() {
            put("--" + boundary + "--" + CRLF);
            return BodyPublishers.ofByteArray(bytes.toByteArray());
        }
    }
}
