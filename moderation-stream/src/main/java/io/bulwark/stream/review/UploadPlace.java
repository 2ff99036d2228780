package io.bulwark.stream.review;

/** Where the upload event stands in Kafka. */
public record UploadPlace(String topic, int partition, long offset) {}
