/** HTTP to documents and back; no rule, no store. */
package io.quipu.aggregator.web;
