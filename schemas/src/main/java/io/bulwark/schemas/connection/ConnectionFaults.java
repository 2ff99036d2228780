package io.bulwark.schemas.connection;

import io.bulwark.schemas.connection.ClientSecurity.UnreadableFileException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.security.auth.login.LoginException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.IllegalSaslStateException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnsupportedSaslMechanismException;

/**
 * What a refusal by a broker means, and which setting fixes it. Kafka's clients report it in the words of the TLS
 * library or wrapped in other exceptions; these sentences are for logs, health and the command line. They hold no
 * password.
 */
public final class ConnectionFaults {

    private static final int DEEPEST = 20;

    private ConnectionFaults() {}

    /** One sentence, with a full stop; empty where the failure is of another kind. */
    public static Optional<String> explain(Throwable failure) {
        List<Throwable> chain = chain(failure);
        return find(chain, SaslAuthenticationException.class::isInstance)
                .map(wrong -> "The broker does not let the user in: " + wrong.getMessage() + ". Check "
                        + KafkaSecurity.PREFIX + "username, password-file and mechanism.")
                .or(() -> find(chain, LoginException.class::isInstance)
                        .map(none -> "No token is given ("
                                + chain.get(chain.size() - 1).getMessage() + "). Check " + KafkaSecurity.PREFIX
                                + "token-endpoint, username, password-file and token-scope."))
                .or(() -> find(chain, ConnectionFaults::isMechanism)
                        .map(other -> "The broker does not take this way of logging in: " + other.getMessage()
                                + ". Check " + KafkaSecurity.PREFIX + "mechanism and protocol."))
                .or(() -> find(chain, SslAuthenticationException.class::isInstance)
                        .map(refused -> tls(chain)))
                .or(() -> find(chain, AuthorizationException.class::isInstance)
                        .map(denied -> "The broker denies access: " + denied.getMessage()
                                + " Grant this user the access rules of its role."))
                .or(() -> find(chain, UnreadableFileException.class::isInstance)
                        .map(unreadable -> unreadable.getMessage() + "."))
                .or(() -> find(chain, ConnectionFaults::isSilence)
                        .map(silent -> "The brokers do not answer (" + silent.getMessage()
                                + "): check bulwark.kafka.bootstrap-servers, and whether " + KafkaSecurity.PREFIX
                                + "protocol is that of the port, which hangs up on another."));
    }

    private static boolean isMechanism(Throwable failure) {
        return failure instanceof UnsupportedSaslMechanismException || failure instanceof IllegalSaslStateException;
    }

    private static boolean isSilence(Throwable failure) {
        return failure instanceof TimeoutException || failure instanceof DisconnectException;
    }

    private static String tls(List<Throwable> chain) {
        String innermost = chain.get(chain.size() - 1).getMessage();
        if (find(chain, ConnectionFaults::isOutOfTime).isPresent()) {
            return "A certificate that the broker shows is out of its time (" + innermost
                    + "): have it renewed on the broker, or set this machine's clock.";
        }
        if (says(chain, "Received fatal alert")) {
            return "The broker refuses our certificate (" + innermost + "): check " + KafkaSecurity.PREFIX
                    + "keystore, whether it is there, has expired, or is signed by one whom the broker trusts.";
        }
        if (says(chain, "unable to find valid certification path")) {
            return "The broker's certificate is not signed by a trusted authority: check " + KafkaSecurity.PREFIX
                    + "truststore.";
        }
        if (says(chain, "No subject alternative") || says(chain, "No name matching")) {
            return "The broker's certificate is made out to another name (" + innermost
                    + "): check bulwark.kafka.bootstrap-servers and the broker's advertised.listeners.";
        }
        return "TLS with the broker failed (" + innermost + "): check " + KafkaSecurity.PREFIX
                + "protocol, truststore and keystore.";
    }

    private static boolean isOutOfTime(Throwable failure) {
        return failure instanceof CertificateExpiredException || failure instanceof CertificateNotYetValidException;
    }

    private static Optional<Throwable> find(List<Throwable> chain, Predicate<Throwable> wanted) {
        return chain.stream().filter(wanted).findFirst();
    }

    private static boolean says(List<Throwable> chain, String words) {
        return chain.stream().anyMatch(each -> String.valueOf(each.getMessage()).contains(words));
    }

    /** The failure, its cause, and so on. */
    private static List<Throwable> chain(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .limit(DEEPEST)
                .toList();
    }
}
