package io.bulwark.lab.bench;

/**
 * What a worker does that always has a next image.
 *
 * @param images measured, after the warm-up
 * @param imagesPerSecond from the broker to the commit
 * @param each CPU time that one image cost
 * @param residentStart bytes of the worker and its decoder processes after the warm-up; 0 where unknown
 * @param residentEnd bytes at the end; 0 where unknown
 */
public record Throughput(int images, double imagesPerSecond, CpuUse each, long residentStart, long residentEnd) {}
