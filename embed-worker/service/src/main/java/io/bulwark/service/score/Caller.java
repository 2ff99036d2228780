package io.bulwark.service.score;

/**
 * A program that may ask.
 *
 * @param name who it is, for logs; the uploader of images that name none
 * @param tenant for which it asks
 */
public record Caller(String name, String tenant) {}
