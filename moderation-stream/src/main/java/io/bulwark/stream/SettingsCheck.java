package io.bulwark.stream;

import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Ends the start where a setting is not what is allowed, before anything is made of them. */
final class SettingsCheck {

    void check(
            @Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event,
            StreamConfig config,
            @ConfigProperty(name = "quarkus.http.host") String host) {
        StreamSettings.validated(config, List.of(host));
    }
}
