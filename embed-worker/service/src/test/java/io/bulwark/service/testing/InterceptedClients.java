package io.bulwark.service.testing;

import io.bulwark.schemas.follow.SchemaClients;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.service.loop.KafkaClients;
import io.bulwark.service.loop.LoopSettings.Lane;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/** Real clients, whose producers ask before each call. */
abstract class InterceptedClients implements KafkaClients {

    private final KafkaClients real;

    InterceptedClients(KafkaClients real) {
        this.real = real;
    }

    /**
     * Called before a method of a producer, which is not called if this throws.
     *
     * @param producer the real one
     */
    abstract void before(Lane lane, Producer<byte[], byte[]> producer, Method method, Object[] arguments);

    @Override
    public TopicNames topics() {
        return real.topics();
    }

    @Override
    public Consumer<byte[], byte[]> uploadsConsumer(Lane lane) {
        return real.uploadsConsumer(lane);
    }

    @Override
    public Consumer<byte[], byte[]> followingConsumer() {
        return real.followingConsumer();
    }

    @Override
    public Admin admin() {
        return real.admin();
    }

    @Override
    public SchemaClients schemaClients() {
        return real.schemaClients();
    }

    @Override
    @SuppressWarnings("unchecked")
    public Producer<byte[], byte[]> producer(Lane lane) {
        Producer<byte[], byte[]> producer = real.producer(lane);
        return (Producer<byte[], byte[]>) Proxy.newProxyInstance(
                Producer.class.getClassLoader(), new Class<?>[] {Producer.class}, (proxy, method, arguments) -> {
                    before(lane, producer, method, arguments);
                    try {
                        return method.invoke(producer, arguments);
                    } catch (InvocationTargetException wrapped) {
                        throw wrapped.getCause();
                    }
                });
    }
}
