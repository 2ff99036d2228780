/**
 * What becomes of one upload: exactly one {@link io.bulwark.service.outcome.Outcome}, a value. However odd the record,
 * the file or the server that it names, no exception leaves the steps in between, so one bad upload cannot take its
 * batch with it. What detectors found travels with the verdict, so that both are committed or neither is.
 */
package io.bulwark.service.outcome;
