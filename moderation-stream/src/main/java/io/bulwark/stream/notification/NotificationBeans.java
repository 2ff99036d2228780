package io.bulwark.stream.notification;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.events.CampaignState;
import io.bulwark.stream.NotificationConfig;
import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.database.BackgroundJob;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.notification.NotificationRows.Kind;
import io.bulwark.stream.notification.NotificationRows.NewCampaign;
import io.bulwark.stream.notification.NotificationSender.Channel;
import io.bulwark.stream.notification.NotificationSender.NotificationText;
import io.bulwark.stream.outbound.HttpPost;
import io.bulwark.stream.query.StateQueries;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.mailer.Mailer;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Starts a job for each receiver, and one that finds what they are to be told, and ends them with the application. */
@Singleton
class NotificationBeans {

    private static final Duration FIRST = Duration.ofSeconds(10);
    private static final Duration EVERY = Duration.ofSeconds(15);

    private final NotificationConfig config;
    private final boolean campaigns;
    private final Database database;
    private final StateQueries state;
    private final Mailer mailer;
    private final ObjectMapper json;
    private final MeterRegistry meters;
    private final List<BackgroundJob> jobs = new ArrayList<>(); // of the thread that starts and stops
    private volatile double late = Double.NaN;

    NotificationBeans(
            StreamConfig config,
            Database database,
            StateQueries state,
            Mailer mailer,
            ObjectMapper json,
            MeterRegistry meters) {
        this.config = config.notifications();
        this.campaigns = config.stream().campaigns().enabled();
        this.database = database;
        this.state = state;
        this.mailer = mailer;
        this.json = json;
        this.meters = meters;
    }

    void start(@Observes StartupEvent event) {
        Gauge.builder("bulwark.notifications.late", this, beans -> beans.late)
                .description("Notifications that wait for a receiver for more than ten minutes")
                .register(meters);
        Map<String, Channel> channels = channels();
        if (channels.isEmpty() || !database.isConfigured()) {
            return;
        }
        Set<Kind> kinds = config.events()
                .map(names -> names.stream().map(Kind::valueOf).collect(Collectors.toSet()))
                .orElseGet(() -> EnumSet.allOf(Kind.class));
        var rows = new NotificationRows(database, List.copyOf(channels.keySet()), kinds, config.approvalsAfter());
        jobs.add(BackgroundJob.every("notifications", FIRST, EVERY, () -> {
            rows.find(newCampaigns());
            late = rows.late();
        }));
        channels.forEach((name, channel) -> {
            var sender = new NotificationSender(name, channel, rows);
            jobs.add(new BackgroundJob("notify-" + name, EVERY, sender::turn));
        });
        jobs.forEach(BackgroundJob::start);
    }

    void stop(@Observes ShutdownEvent event) {
        jobs.forEach(BackgroundJob::abort);
    }

    private Map<String, Channel> channels() {
        Map<String, Channel> channels = new LinkedHashMap<>();
        if (config.consoleUrl().isEmpty()) {
            return channels; // refused at the start where there is a receiver
        }
        var text = new NotificationText(config.consoleUrl().get());
        config.email().to().ifPresent(to -> channels.put("email", new NotificationSender.Email(to, mailer, text)));
        config.webhooks()
                .forEach((name, webhook) -> channels.put(
                        "webhooks." + name,
                        new NotificationSender.Chat(
                                NotificationSender.address(webhook.urlFile()),
                                new HttpPost(webhook.timeout(), Clock.systemUTC()),
                                webhook.timeout(),
                                text,
                                json)));
        return channels;
    }

    /** Those of the partitions that this instance holds; none while they move. */
    private List<NewCampaign> newCampaigns() {
        return campaigns
                ? state.campaignsHere().found().orElse(List.of()).stream()
                        .filter(campaign -> campaign.getState() == CampaignState.OPEN)
                        .map(campaign -> new NewCampaign(
                                campaign.getTenant(), campaign.getCampaignId(), campaign.getWindowStart()))
                        .toList()
                : List.of();
    }
}
