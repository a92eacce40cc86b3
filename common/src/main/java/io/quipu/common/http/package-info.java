/**
 * How services call each other over HTTP: calls take turns over the instances of a service, no call can last for ever, and answers
 * of many lines are read one line at a time and taken only when they are whole.
 */
package io.quipu.common.http;
