import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parse, validate } from 'graphql'
import { describe, expect, inject, test } from 'vitest'
import { apiSchema } from './harness/schema.ts'
import { ofType, readTemplate } from './synthesized.ts'

const text = readFileSync(join(dirname(import.meta.dirname), 'docs/runbooks.md'), 'utf8')
const all = (pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, found = '']) => found)

const template = readTemplate(inject('assembly'))
const alarms = ofType(template, 'AWS::CloudWatch::Alarm').map(([id, { AlarmDescription }]) => ({
  name: id.replace(/[0-9A-F]{8}$/, ''),
  description: AlarmDescription as string,
}))
const names = alarms.map(({ name }) => name).toSorted()

describe('the runbooks', () => {
  test('have a heading and a row for each alarm, and for nothing else', () => {
    expect(names.length).toBeGreaterThan(0)
    const [before, ...headings] = all(/^## (.+)$/gm)
    expect([before, ...headings.toSorted()]).toEqual(['Before you begin', ...names])
    expect(all(/^\| ([A-Z]\w+)/gm).toSorted()).toEqual(names)
  })

  test('are named by the mail of each alarm', () => {
    for (const { name, description } of alarms)
      expect(description).toMatch(new RegExp(`What to do: docs/runbooks.md, ${name}\\.$`))
  })

  test('use what the stack answers with', () => {
    const used = new Set(all(/\$\{?([A-Z][a-z]\w+)/g))
    expect(Object.keys(template.Outputs)).toEqual(expect.arrayContaining([...used]))
    expect(used).toContain('DeadLetterQueueUrl')
  })

  test("are for zsh, too, to which `$Region:a` is the region's absolute path", () => {
    expect(all(/(\$\w+:[a-z])/g)).toEqual([])
  })

  test('ask what the API knows', () => {
    const bodies = all(/ -d '(\{"query".+?\})'\n/g).map((body) => body.replaceAll("'$ORDER'", 'id'))
    expect(bodies).toHaveLength(3)
    for (const body of bodies) {
      const { query } = JSON.parse(body) as { query: string }
      expect(validate(apiSchema, parse(query)), query).toEqual([])
    }
  })
})
