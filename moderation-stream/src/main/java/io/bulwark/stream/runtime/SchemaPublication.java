package io.bulwark.stream.runtime;

import io.bulwark.schemas.connection.ConnectionFaults;
import io.bulwark.schemas.follow.SchemaPublisher;
import io.bulwark.schemas.follow.SchemaTopicException;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jboss.logging.Logger;

/** Tells readers once how this application is going to write, before it writes anything. The supervisor's thread calls. */
final class SchemaPublication {

    private static final Logger LOG = Logger.getLogger(SchemaPublication.class);

    private final SchemaPublisher publisher;
    private final int release;
    private boolean done;

    SchemaPublication(SchemaPublisher publisher, int release) {
        this.publisher = publisher;
        this.release = release;
    }

    /**
     * Publishes what was not published yet.
     *
     * @return why that was not possible, as a sentence; empty once it is done
     * @throws InterruptedException where the thread is asked to stop
     */
    Optional<String> fault() throws InterruptedException {
        if (done) {
            return Optional.empty();
        }
        try {
            LOG.infof("The schemas of release %d are published; %d were lacking", release, publisher.publish(release));
            done = true;
            return Optional.empty();
        } catch (InterruptException stopped) {
            Thread.interrupted();
            throw new InterruptedException(stopped.getMessage());
        } catch (SchemaTopicException refused) {
            return Optional.of(refused.getMessage());
        } catch (KafkaException failure) {
            return Optional.of("The schemas cannot be published: "
                    + ConnectionFaults.explain(failure).orElseGet(failure::getMessage));
        }
    }
}
