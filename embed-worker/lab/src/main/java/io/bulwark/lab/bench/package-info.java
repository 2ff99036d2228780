/**
 * Benchmarks on the command line. Each prints what the machine is, and its figures beside a bound or a peer that was
 * measured in the same run: a number without one says nothing on a machine that others use as well. What may enter:
 * commands below {@code bulwark bench}, what they measure with, and nothing that decides.
 */
package io.bulwark.lab.bench;
