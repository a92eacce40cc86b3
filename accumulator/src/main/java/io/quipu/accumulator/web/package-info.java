/** HTTP to documents and back; no rule, no store. */
package io.quipu.accumulator.web;
